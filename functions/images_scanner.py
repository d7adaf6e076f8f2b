"""From the jobs queue: start the scans of a repository's images that are due."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from ecr_scan_reporter import bootstrap
from ecr_scan_reporter.bootstrap.scanning import ImagesScanner
from ecr_scan_reporter.domain.deadlines import deadline
from ecr_scan_reporter.domain.jobs import parse_job
from ecr_scan_reporter.domain.outcomes import Outcome, ScanSummary
from ecr_scan_reporter.domain.start_answers import StartAnswer
from ecr_scan_reporter.errors import RepositoryNotFoundError
from ecr_scan_reporter.use_cases.scan_images import continue_job, scan_repository

logger = bootstrap.make_logger()
metrics = bootstrap.make_metrics()
bootstrap.prepare(bootstrap.images_scanner)


@bootstrap.entry_point(logger, metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Work on each job of the batch; one that fails goes back to the queue alone."""
    scanner = bootstrap.images_scanner()
    time_is_up = deadline(bootstrap.seconds_left(context), time.monotonic)

    def work(record: SQSRecord) -> None:
        try:
            _scan(scanner, record.body, time_is_up)
        except Exception as error:
            logger.exception("job failed", extra={"job": record.body, "reason": str(error)})
            metrics.add_metric("JobsFailed", MetricUnit.Count, 1)
            raise

    # Also when all fail: the answer then names them all, which is the same to the queue.
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=work, processor=processor, context=context)


def _scan(scanner: ImagesScanner, body: str, time_is_up: Callable[[], bool]) -> None:
    job = parse_job(body)
    try:
        summary = scan_repository(
            job,
            scanner.registry(job),
            scanner.ledger,
            scanner.concurrently,
            policy=scanner.settings.policy,
            now=datetime.now(UTC),
            time_is_up=time_is_up,
            on_outcome=_log_due_image if job.dry_run else _log_image,
        )
    except RepositoryNotFoundError:
        logger.info("repository is gone", extra={"repository": job.repository})
        return
    _tell(summary, scanner)
    continue_job(job, summary, scanner.queue)


def _log_image(outcome: Outcome) -> None:
    if outcome.error:
        logger.warning("image failed", extra=outcome.fields())
    elif logger.log_level <= logging.DEBUG:
        logger.debug("image", extra=outcome.fields())


def _log_due_image(outcome: Outcome) -> None:
    if outcome.decision.is_due:
        logger.info("scan would be started", extra=outcome.fields())
    else:
        _log_image(outcome)


def _tell(summary: ScanSummary, scanner: ImagesScanner) -> None:
    logger.info("repository scanned", extra=summary.fields())
    for note in summary.notes:
        logger.warning("repository tag ignored", extra={"repository": summary.repository, "reason": note})
    if summary.met_quota:
        logger.warning("the registry's daily quota of scans is used up; the images stay due")
    if (summary.is_enhanced or summary.answers[StartAnswer.DISABLED]) and scanner.is_first_enhanced():
        logger.warning("the registry uses enhanced scanning: basic scans cannot be started")
    metrics.add_metric("ImagesExamined", MetricUnit.Count, summary.images)
    metrics.add_metric("ImagesDue", MetricUnit.Count, summary.due)
    metrics.add_metric("ScansStarted", MetricUnit.Count, summary.started)
    metrics.add_metric("ScansRateLimited", MetricUnit.Count, summary.answers[StartAnswer.RATE_LIMITED])
    metrics.add_metric("ImagesFailed", MetricUnit.Count, summary.failed)
