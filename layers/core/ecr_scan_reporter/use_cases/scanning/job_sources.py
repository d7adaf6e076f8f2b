"""Where the jobs of a run come from: the repositories of the registry, or the images that ECS runs."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from re import Pattern
from typing import Protocol

from ecr_scan_reporter.domain.chunks import chunks
from ecr_scan_reporter.domain.registry.discovery import Home, is_of_role, is_reachable
from ecr_scan_reporter.domain.registry.filter import is_selected
from ecr_scan_reporter.domain.registry.images import ImageReference, Repository
from ecr_scan_reporter.domain.registry.references import parse_image_uri
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.selection import JobSelection

# So many digests make a message of 100 KB.
MAX_IMAGES = 1_000


class Registry(Protocol):
    """The registry whose repositories are looked at."""

    def repository_names(self) -> Iterable[str]:
        """Yield the names of all repositories."""


class Clusters(Protocol):
    """The ECS clusters of an account."""

    def running_images(self) -> Iterable[tuple[str, str]]:
        """Yield URI and digest (empty where ECS does not know it) of each container that runs."""


@dataclass(frozen=True, slots=True)
class JobSources:
    """The registry; the clusters seen through a role, or of this account for None; and where the application is.

    `clusters` and `home` are called only for a run that looks at ECS.
    """

    registry: Registry
    clusters: Callable[[str | None], Clusters]
    home: Callable[[], Home]


def selected_jobs(selection: JobSelection, sources: JobSources, skipped: Counter[str]) -> Iterator[ScanJob]:
    """Yield the jobs of a run; `skipped` counts images of registries out of reach, by account and region."""
    selected, dry_run = selection.repositories_filter, selection.is_dry_run
    if not selection.is_from_ecs:
        yield from repository_jobs(sources.registry.repository_names(), selected, dry_run=dry_run)
        return
    home = sources.home()
    for role_arn in selection.ecs_roles or (None,):
        running = sources.clusters(role_arn).running_images()
        yield from running_image_jobs(running, selected, home, skipped, role_arn=role_arn, dry_run=dry_run)


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
    """Yield jobs for the images that run, given as URI and digest; images outside ECR have none.

    Images in the registry of the role's own account are scanned through the role. An image of a registry that is
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
        for part in chunks(references, MAX_IMAGES):
            yield replace(job, images=tuple(part))
