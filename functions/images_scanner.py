"""For each job of the queue: start the due scans of a repository."""

import time
from datetime import UTC, datetime
from typing import Any

from ecr_scan_reporter.bootstrap.environment import initialise_early
from ecr_scan_reporter.bootstrap.images_scanner import images_scanner
from ecr_scan_reporter.bootstrap.observability import entry_point, make_logger, make_metrics, seconds_left
from ecr_scan_reporter.bootstrap.scan_log import ScanLog
from ecr_scan_reporter.domain.events.batches import failed_messages
from ecr_scan_reporter.domain.scanning.deadlines import deadline
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary
from ecr_scan_reporter.use_cases.scanning.scan_batch import scan_batch
from ecr_scan_reporter.use_cases.scanning.scan_repository import scan_repository

logger = make_logger()
metrics = make_metrics()
log = ScanLog(logger, metrics)
initialise_early(images_scanner)


@entry_point(logger, metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Scan the repositories of the batch, several at a time. Only failed jobs go back to the queue."""
    scanner = images_scanner()
    time_is_up, now = deadline(seconds_left(context), time.monotonic), datetime.now(UTC)
    scanner.begin(time_is_up)

    def scan(job: ScanJob) -> ScanSummary:
        with scanner.tools(job, time_is_up, log.image_of_dry_run if job.dry_run else log.image) as tools:
            return scan_repository(job, tools, policy=scanner.settings.policy, now=now)

    bodies = {record["messageId"]: record["body"] for record in event["Records"]}
    results = scan_batch(bodies, scan, scanner.queue, scanner.several_jobs)
    log.batch(bodies, results, scanner.is_first_enhanced)
    return failed_messages(message for message, result in results.items() if result.error)
