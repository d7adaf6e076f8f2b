"""Put one job on the queue for each repository to look at."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from re import Pattern
from typing import Protocol

from ecr_scan_reporter.domain.registry.discovery import Home, is_of_role, is_reachable
from ecr_scan_reporter.domain.registry.filter import is_selected
from ecr_scan_reporter.domain.registry.images import ImageReference, Repository
from ecr_scan_reporter.domain.registry.references import parse_image_uri
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.errors import JobsNotSentError

# So many digests make a message of 100 KB.
MAX_IMAGES = 1_000


class Queue(Protocol):
    """Where jobs go."""

    def send_all(self, jobs: Iterable[ScanJob]) -> Iterator[tuple[ScanJob, str]]:
        """Send the jobs; yield each with its error, which is empty when it was sent."""


@dataclass(frozen=True, slots=True)
class QueueingSummary:
    """How many repositories were selected, how many jobs were sent, how many could not be sent, and the first why."""

    repositories: int
    jobs: int
    failed: int
    first_error: str = ""

    def raise_for_failures(self) -> None:
        """Raise JobsNotSentError when a job could not be sent."""
        if self.failed:
            raise JobsNotSentError(
                f"{self.failed} of {self.repositories} jobs were not sent; the first: {self.first_error}"
            )


def repository_jobs(names: Iterable[str], selected: Pattern[str], *, dry_run: bool = False) -> Iterator[ScanJob]:
    """Yield a job for each repository that the filter selects."""
    for name in names:
        if is_selected(name, selected):
            yield ScanJob(repository=name, dry_run=dry_run)


def running_image_jobs(
    running: Iterable[tuple[str, str]],
    selected: Pattern[str],
    home: Home,
    skipped: Counter[str],
    *,
    role_arn: str | None = None,
    dry_run: bool = False,
) -> Iterator[ScanJob]:
    """Yield jobs for the images that run, given as URI and digest; those that are not ECR's are left out.

    What lies in the registry of the role's own account is scanned through the role. An image of a registry that is
    neither ours nor the role's (a sidecar of AWS or of a shared account) is counted in `skipped`, by account and
    region: a job for it would be denied each time.
    """
    images: dict[Repository, dict[ImageReference, None]] = {}
    for uri, digest in dict.fromkeys(running):
        parsed = parse_image_uri(uri)
        if not parsed or not is_selected(parsed[0].name, selected):
            continue
        repository, named = parsed
        if is_reachable(repository, home, role_arn):
            images.setdefault(repository, {})[ImageReference(digest=digest) if digest else named] = None
        else:
            skipped[f"{repository.registry_id}/{repository.region}"] += 1
    for repository, references in images.items():
        job = ScanJob(
            repository=repository.name,
            registry_id=repository.registry_id,
            region=repository.region,
            role_arn=role_arn if is_of_role(repository, role_arn) else None,
            dry_run=dry_run,
        )
        listed = list(references)
        for start in range(0, len(listed), MAX_IMAGES):
            yield replace(job, images=tuple(listed[start : start + MAX_IMAGES]))


def queue_jobs(jobs: Iterable[ScanJob], queue: Queue, today: date) -> QueueingSummary:
    """Send the jobs; what cannot be sent is counted and does not hold up the rest."""
    sent = failed = 0
    first_error = ""
    for job, error in queue.send_all(_in_fair_order(jobs, today)):
        if error:
            failed += 1
            first_error = first_error or f"{job.repository}: {error}"
        else:
            sent += 1
    return QueueingSummary(repositories=sent + failed, jobs=sent, failed=failed, first_error=first_error)


def _in_fair_order(jobs: Iterable[ScanJob], today: date) -> list[ScanJob]:
    """Tell each job how many share the day's scans of its registry; put them in an order that differs from day to day.

    So no repository is the one that finds the day's scans spent by others, day after day.
    """
    listed = sorted(jobs, key=lambda job: sha256(f"{today} {job.repository}".encode()).digest())
    jobs_of = Counter((job.registry_id, job.region) for job in listed)
    numbers = (jobs_of[job.registry_id, job.region] for job in listed)
    return [
        replace(job, jobs_in_run=number) if number > 1 else job for job, number in zip(listed, numbers, strict=True)
    ]
