"""Send one job to the queue for each repository to scan."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Protocol

from ecr_scan_reporter.domain.registry.discovery import Home
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.selection import JobSelection
from ecr_scan_reporter.errors import JobsNotSentError
from ecr_scan_reporter.use_cases.scanning.job_sources import JobSources, selected_jobs


class Queue(Protocol):
    """The jobs queue."""

    def send_all(self, jobs: Iterable[ScanJob]) -> Iterator[tuple[ScanJob, str]]:
        """Send the jobs; yield each with its error, empty for a sent job."""


@dataclass(frozen=True, slots=True)
class QueueingSummary:
    """The counts of a run: selected repositories, sent jobs, failed jobs with their first error.

    `skipped` counts images of unreachable registries that ECS runs, by account and region.
    """

    repositories: int
    jobs: int
    failed: int
    first_error: str = ""
    skipped: Mapping[str, int] = field(default_factory=dict)

    def raise_for_failures(self) -> None:
        """Raise JobsNotSentError for failed jobs."""
        if self.failed:
            raise JobsNotSentError(
                f"{self.failed} of {self.repositories} jobs were not sent; the first: {self.first_error}"
            )


def queue_jobs(selection: JobSelection, sources: JobSources, queue: Queue, today: date) -> QueueingSummary:
    """Send the jobs of a run, in an order that changes each day. A failed job counts, and holds up no other."""
    skipped: Counter[str] = Counter()
    jobs = selected_jobs(selection, sources, skipped)
    # Some jobs of configurations name the registry that jobs of a listed repository leave out.
    home = sources.home() if sources.configs else None
    summary = send_jobs(jobs, queue, today, home)
    return replace(summary, skipped=dict(skipped))


def send_jobs(jobs: Iterable[ScanJob], queue: Queue, today: date, home: Home | None = None) -> QueueingSummary:
    """Send jobs as `queue_jobs` does. `home` is the registry of jobs that name none, needed where others name it."""
    sent = failed = 0
    first_error = ""
    for job, error in queue.send_all(_in_fair_order(jobs, today, home)):
        if error:
            failed += 1
            first_error = first_error or f"{job.repository}: {error}"
        else:
            sent += 1
    return QueueingSummary(repositories=sent + failed, jobs=sent, failed=failed, first_error=first_error)


def _in_fair_order(jobs: Iterable[ScanJob], today: date, home: Home | None) -> list[ScanJob]:
    """Give each job the number of jobs that share its registry's scans, and order the jobs anew each day.

    Otherwise the same repositories would find the day's scans spent, day after day.
    """
    listed = sorted(jobs, key=lambda job: sha256(f"{today} {job.repository}".encode()).digest())
    registries = [_registry_of(job, home) for job in listed]
    jobs_of = Counter(registries)
    numbers = (jobs_of[registry] for registry in registries)
    return [
        replace(job, jobs_in_run=number) if number > 1 else job for job, number in zip(listed, numbers, strict=True)
    ]


def _registry_of(job: ScanJob, home: Home | None) -> tuple[str | None, str | None]:
    return home.registry_of(job.registry_id, job.region) if home else (job.registry_id, job.region)
