"""From the jobs queue: start the scans of a repository's images that are due."""

import logging
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from ecr_scan_reporter.bootstrap.environment import initialise_early
from ecr_scan_reporter.bootstrap.images_scanner import ImagesScanner, images_scanner
from ecr_scan_reporter.bootstrap.observability import entry_point, make_logger, make_metrics, seconds_left
from ecr_scan_reporter.domain.registry.start_results import StartAnswer
from ecr_scan_reporter.domain.scanning.deadlines import deadline
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.outcomes import Outcome, ScanSummary
from ecr_scan_reporter.use_cases.scanning.scan_batch import JobResult, scan_batch
from ecr_scan_reporter.use_cases.scanning.scan_repository import continue_job, scan_repository

logger = make_logger()
metrics = make_metrics()
initialise_early(images_scanner)


@entry_point(logger, metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Work on the jobs of the batch, several at a time; one that fails goes back to the queue alone."""
    scanner = images_scanner()
    time_is_up, now = deadline(seconds_left(context), time.monotonic), datetime.now(UTC)

    scanner.begin(time_is_up)

    def scan(job: ScanJob) -> ScanSummary:
        with scanner.tools(job, time_is_up, _log_due_image if job.dry_run else _log_image) as tools:
            return scan_repository(job, tools, policy=scanner.settings.policy, now=now)

    bodies = {record["messageId"]: record["body"] for record in event["Records"]}
    results = scan_batch(bodies, scan, scanner.several_jobs)

    def finish(record: SQSRecord) -> None:
        try:
            _finish(results[record.message_id], scanner)
        except Exception as error:
            logger.exception("job failed", extra={"job": record.body, "reason": str(error)})
            metrics.add_metric("JobsFailed", MetricUnit.Count, 1)
            raise

    _warn_once(results.values(), scanner)
    # Also when all fail: the answer then names them all, which is the same to the queue.
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=finish, processor=processor, context=context)


def _finish(result: JobResult, scanner: ImagesScanner) -> None:
    """Log and count what became of a job; send it again when it is not done. Raises its error."""
    if result.error:
        raise result.error
    if result.job and result.summary:
        _tell(result.summary)
        continue_job(result.job, result.summary, scanner.queue)
    elif result.job:
        logger.info("repository is gone", extra={"repository": result.job.repository})


def _log_image(outcome: Outcome) -> None:
    if outcome.error:
        logger.warning("image failed", extra=outcome.fields())
    elif outcome.is_recovered:
        logger.warning("the event of a scan was lost; its result is reported now", extra=outcome.fields())
    elif logger.log_level <= logging.DEBUG:
        logger.debug("image", extra=outcome.fields())


def _log_due_image(outcome: Outcome) -> None:
    if outcome.decision.is_due:
        logger.info("scan would be started", extra=outcome.fields())
    else:
        _log_image(outcome)


def _warn_once(results: Iterable[JobResult], scanner: ImagesScanner) -> None:
    """Warn of what is true of a whole registry: not once for each repository."""
    summaries = [result.summary for result in results if result.summary]
    if any(summary.met_quota for summary in summaries):
        logger.warning("the registry's daily quota of scans is used up; the images stay due")
    is_enhanced = any(summary.is_enhanced or summary.answers[StartAnswer.DISABLED] for summary in summaries)
    if is_enhanced and scanner.is_first_enhanced():
        logger.warning("the registry uses enhanced scanning: basic scans cannot be started")


def _tell(summary: ScanSummary) -> None:
    logger.info("repository scanned", extra=summary.fields())
    for note in summary.notes:
        logger.warning("repository tag ignored", extra={"repository": summary.repository, "reason": note})
    metrics.add_metric("ImagesExamined", MetricUnit.Count, summary.images)
    metrics.add_metric("ImagesDue", MetricUnit.Count, summary.due)
    metrics.add_metric("ScansStarted", MetricUnit.Count, summary.started)
    metrics.add_metric("ScansRateLimited", MetricUnit.Count, summary.answers[StartAnswer.RATE_LIMITED])
    metrics.add_metric("ImagesFailed", MetricUnit.Count, summary.failed)
    # Seldom: a metric costs nothing for hours in which there is no value.
    for name, count in (
        ("ScansRefused", summary.answers[StartAnswer.REFUSED]),
        ("ResultsRecovered", summary.recovered),
    ):
        if count:
            metrics.add_metric(name, MetricUnit.Count, count)
