"""On a schedule: send one job to the queue for each repository to scan."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter.bootstrap.environment import initialise_early
from ecr_scan_reporter.bootstrap.observability import entry_point, make_logger, make_metrics
from ecr_scan_reporter.bootstrap.repositories_scanner import repositories_scanner
from ecr_scan_reporter.use_cases.scanning.queue_jobs import queue_jobs

logger = make_logger()
metrics = make_metrics()
initialise_early(repositories_scanner)


@entry_point(logger, metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Queue the jobs. A manual invocation may override settings (docs/reference/jobs-and-invocations.md)."""
    scanner = repositories_scanner()
    settings = scanner.settings.overridden_by(event)
    queue = scanner.queue(settings.jobs_queue_url)
    summary = queue_jobs(settings.selection, scanner.sources(context), queue, datetime.now(UTC).date())
    logger.info("repositories queued", extra=asdict(summary))
    metrics.add_metric("RepositoriesSelected", MetricUnit.Count, summary.repositories)
    metrics.add_metric("JobsSent", MetricUnit.Count, summary.jobs)
    metrics.add_metric("JobsFailed", MetricUnit.Count, summary.failed)
    if settings.selection.is_from_ecs:
        metrics.add_metric("ImagesSkipped", MetricUnit.Count, sum(summary.skipped.values()))
    summary.raise_for_failures()
    return {"repositories": summary.repositories, "jobs": summary.jobs, "failed": summary.failed}
