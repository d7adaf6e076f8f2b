"""Scheduled: put one job on the queue for each repository whose images should be looked at."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter.bootstrap.environment import initialise_early
from ecr_scan_reporter.bootstrap.observability import entry_point, make_logger, make_metrics
from ecr_scan_reporter.bootstrap.repositories_scanner import RepositoriesScanner, repositories_scanner
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.settings.repositories_scanner import RepositoriesScannerSettings
from ecr_scan_reporter.use_cases.scanning.queue_jobs import queue_jobs, repository_jobs, running_image_jobs

logger = make_logger()
metrics = make_metrics()
initialise_early(repositories_scanner)


@entry_point(logger, metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Queue the jobs; the event of a manual invocation may override settings (see docs/operations.md)."""
    scanner = repositories_scanner()
    settings = scanner.settings.overridden_by(event)
    skipped: Counter[str] = Counter()
    jobs = _running_jobs(scanner, settings, context, skipped) if settings.ecs_discovery_enabled else None
    summary = queue_jobs(
        jobs or _jobs(scanner, settings), scanner.queue(settings.jobs_queue_url), datetime.now(UTC).date()
    )
    logger.info("repositories queued", extra=asdict(summary) | {"skipped": dict(skipped)})
    metrics.add_metric("RepositoriesSelected", MetricUnit.Count, summary.repositories)
    metrics.add_metric("JobsSent", MetricUnit.Count, summary.jobs)
    metrics.add_metric("JobsFailed", MetricUnit.Count, summary.failed)
    if jobs:
        metrics.add_metric("ImagesSkipped", MetricUnit.Count, skipped.total())
    summary.raise_for_failures()
    return {"repositories": summary.repositories, "jobs": summary.jobs, "failed": summary.failed}


def _jobs(scanner: RepositoriesScanner, settings: RepositoriesScannerSettings) -> Iterator[ScanJob]:
    names = scanner.registry.repository_names()
    return repository_jobs(names, settings.repositories_filter, dry_run=settings.is_dry_run)


def _running_jobs(
    scanner: RepositoriesScanner, settings: RepositoriesScannerSettings, context: Any, skipped: Counter[str]
) -> Iterator[ScanJob]:
    selected, home = settings.repositories_filter, scanner.home(context)
    for role_arn in settings.ecs_discovery_roles or (None,):
        running = scanner.ecs(role_arn).running_images()
        yield from running_image_jobs(running, selected, home, skipped, role_arn=role_arn, dry_run=settings.is_dry_run)
