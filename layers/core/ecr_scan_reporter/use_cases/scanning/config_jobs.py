"""The jobs of scan configurations: one for each, of its repository or of the images with its tags."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ecr_scan_reporter.domain.registry.discovery import Home
from ecr_scan_reporter.domain.registry.images import ImageReference
from ecr_scan_reporter.domain.scanning.jobs import ScanJob

if TYPE_CHECKING:
    from ecr_scan_reporter.domain.configs.configs import ScanConfig

Content = tuple[str, str, str, frozenset[ImageReference] | None]


def config_jobs(
    configs: "Iterable[ScanConfig]", queued: Iterable[ScanJob], home: Home, *, dry_run: bool = False
) -> Iterator[ScanJob]:
    """Yield the jobs of scan configurations, without those for exactly the same images as a job of `queued`.

    Tags of a repository that is queued as a whole have their job: the limits of the policy apply to whole repositories.
    """
    known = {_content(job, home) for job in queued if not job.role_arn}
    for config in configs:
        job = _job(config, dry_run=dry_run)
        content = _content(job, home)
        if content not in known:
            known.add(content)
            yield job


def _job(config: "ScanConfig", *, dry_run: bool) -> ScanJob:
    tags = config.tags
    return ScanJob(
        repository=config.repository,
        registry_id=config.registry,
        region=config.region,
        images=None if tags is None else tuple(ImageReference(tag=tag) for tag in tags),
        dry_run=dry_run,
    )


def _content(job: ScanJob, home: Home) -> Content:
    images = None if job.images is None else frozenset(job.images)
    return (*home.registry_of(job.registry_id, job.region), job.repository, images)
