"""The jobs of a run: those of listed repositories, or of the images that ECS runs, and of scan configurations."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from re import Pattern
from typing import TYPE_CHECKING, Protocol

from ecr_scan_reporter.domain.chunks import chunks
from ecr_scan_reporter.domain.registry.discovery import Home, is_of_role, is_reachable
from ecr_scan_reporter.domain.registry.filter import is_selected
from ecr_scan_reporter.domain.registry.images import ImageReference, Repository
from ecr_scan_reporter.domain.registry.references import parse_image_uri
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.selection import JobSelection
from ecr_scan_reporter.use_cases.scanning.config_jobs import config_jobs

if TYPE_CHECKING:
    from ecr_scan_reporter.domain.configs.configs import ScanConfig

# A message with so many digests has 100 KB.
MAX_IMAGES = 1_000


class Registry(Protocol):
    """The registry of the run."""

    def repository_names(self) -> Iterable[str]:
        """Yield the names of all repositories."""


class Clusters(Protocol):
    """The ECS clusters of an account."""

    def running_images(self) -> Iterable[tuple[str, str]]:
        """Yield URI and digest of each running container. The digest is empty when ECS has none."""


@dataclass(frozen=True, slots=True)
class JobSources:
    """The registry, the ECS clusters that a role can read (None for this account), and the home of the application.

    `configs` returns the scan configurations, None without a table of them. Only a run with ECS discovery calls
    `clusters`; only one with ECS discovery or scan configurations calls `home`.
    """

    registry: Registry
    clusters: Callable[[str | None], Clusters]
    home: Callable[[], Home]
    configs: "Callable[[], Iterable[ScanConfig]] | None" = None


def selected_jobs(selection: JobSelection, sources: JobSources, skipped: Counter[str]) -> list[ScanJob]:
    """Return the jobs of a run. Counts images of unreachable registries in `skipped`, by account and region.

    With `is_configs_only`, neither the registry nor ECS is listed.
    """
    jobs = [] if selection.is_configs_only else list(_found_jobs(selection, sources, skipped))
    if sources.configs:
        wanted = (each for each in sources.configs() if is_selected(each.repository, selection.configs_filter))
        jobs += config_jobs(wanted, jobs, sources.home(), dry_run=selection.is_dry_run)
    return jobs


def _found_jobs(selection: JobSelection, sources: JobSources, skipped: Counter[str]) -> Iterator[ScanJob]:
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
    """Yield jobs for running images, given as URI and digest. Skips images outside ECR.

    The role scans the images in the registry of its own account. Images of further registries (a sidecar of AWS or of
    a shared account) count in `skipped`, by account and region: ECR would deny each job for them.
    """
    images: dict[Repository, dict[ImageReference, None]] = {}
    for uri, digest in dict.fromkeys(running):
        parsed = parse_image_uri(uri)
        if not parsed or not is_selected(parsed[0].name, selected):
            continue
        repository, reference = parsed
        if is_reachable(repository, home, role_arn):
            images.setdefault(repository, {})[ImageReference(digest=digest) if digest else reference] = None
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
        for chunk in chunks(references, MAX_IMAGES):
            yield replace(job, images=tuple(chunk))
