"""When a scan has ended: read the findings, remember the result, and tell people when it matters.

Invoked with the event of an ended scan, or with a batch of the queue on which Amazon Inspector's findings gather.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter import bootstrap
from ecr_scan_reporter.domain.events.fields import read_json
from ecr_scan_reporter.domain.events.inspector import FindingEvent, bundle, parse_finding_event
from ecr_scan_reporter.domain.events.scans import ScanEvent, parse_scan_event
from ecr_scan_reporter.domain.scanning.deadlines import deadline
from ecr_scan_reporter.errors import InvalidInputError, JobIncompleteError, quoted
from ecr_scan_reporter.use_cases.reporting.read_scan import RetryDelays
from ecr_scan_reporter.use_cases.reporting.report_scan import ReportTools, report_scan

logger = bootstrap.make_logger()
metrics = bootstrap.make_metrics()
bootstrap.prepare(bootstrap.reporter)


@bootstrap.entry_point(logger, metrics)
def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    """Report the scan, or each image of the batch."""
    if isinstance(event, Mapping) and "Records" in event:
        return _report_batch(event["Records"], context)
    return _report(parse_scan_event(event, datetime.now(UTC)), context)


def _report(scan: ScanEvent, context: Any, epss: Mapping[str, float] | None = None) -> dict[str, Any]:
    reporter = bootstrap.reporter()
    tools = ReportTools(
        reporter.registry(scan.image.repository),
        reporter.channels(context),
        reporter.stores,
        reporter.task_group,
        RetryDelays(time.sleep, partial(bootstrap.seconds_left, context)),
    )
    report, delivery = report_scan(scan, tools, policy=reporter.settings.policy, now=datetime.now(UTC), epss=epss)
    ids = delivery.ids
    answer: dict[str, Any] = {
        "reported": bool(ids),
        "reason": report.reason.value if report else None,
        "messageId": ids.get("topic"),
    }
    scanned = {"repository": scan.image.repository.name, "imageDigest": scan.image.digest, "status": scan.status.value}
    left = "left to the digest" if report else "nothing to report"
    logger.info("scan reported" if ids else left, extra=scanned | answer)
    for warning in report.tag_warnings if report else ():
        logger.warning("repository tag ignored", extra={"repository": scan.image.repository.name, "reason": warning})
    metrics.add_metric("ScansEnded", MetricUnit.Count, 1)
    metrics.add_metric("ReportsSent", MetricUnit.Count, int(bool(ids)))
    return answer


def _report_batch(records: object, context: Any) -> dict[str, Any]:
    """Report each image once, however many findings of it there are.

    What fails, or is not reached in time, goes back to the queue alone.
    """
    if not isinstance(records, list):
        raise InvalidInputError("Records of the event", records, "a list of messages of a queue")
    time_is_up = deadline(bootstrap.seconds_left(context), time.monotonic)
    events, failed = _read_batch(records)
    for image, found in bundle(events.values()).items():
        try:
            if time_is_up():
                raise JobIncompleteError("the time of the invocation was up")
            _report(ScanEvent.of_findings(image, found.at, found.tags), context, found.epss)
        except Exception as error:
            logger.exception("image failed", extra={"imageDigest": image.digest, "reason": str(error)})
            failed += [message for message, event in events.items() if event.image == image]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _read_batch(records: list[Any]) -> tuple[dict[str, FindingEvent], list[str]]:
    """Return the events by the id of their message, and the messages that are none."""
    events: dict[str, FindingEvent] = {}
    failed: list[str] = []
    for record in records:
        fields = record if isinstance(record, Mapping) else {}
        message, body = fields.get("messageId"), fields.get("body")
        try:
            if not isinstance(message, str) or not message:
                raise InvalidInputError("a record of the event", record, "a message of a queue, with its messageId")
            event = parse_finding_event(read_json(body, "the body of the message"), datetime.now(UTC))
        except InvalidInputError as error:
            logger.exception("event failed", extra={"event": quoted(body), "reason": str(error)})
            # What has no id is no message of a queue: nothing could go back to it.
            failed += [message] if isinstance(message, str) and message else []
        else:
            events |= {message: event} if event else {}
    return events, failed
