"""When a scan has ended: read the findings, remember the result, and tell people when it matters.

Invoked with the event of an ended scan, or with a batch of the queue on which Amazon Inspector's findings gather.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter.bootstrap.environment import initialise_early
from ecr_scan_reporter.bootstrap.observability import entry_point, make_logger, make_metrics, seconds_left
from ecr_scan_reporter.bootstrap.reporter import reporter
from ecr_scan_reporter.domain.events.fields import read_json
from ecr_scan_reporter.domain.events.inspector import FindingEvent, bundle, parse_finding_event
from ecr_scan_reporter.domain.events.scans import ScanEvent, parse_scan_event
from ecr_scan_reporter.domain.scanning.deadlines import deadline
from ecr_scan_reporter.errors import InvalidInputError, JobIncompleteError, quoted
from ecr_scan_reporter.use_cases.reporting.read_scan import Patience
from ecr_scan_reporter.use_cases.reporting.report_scan import Pace, report_scan

logger = make_logger()
metrics = make_metrics()
initialise_early(reporter)


@entry_point(logger, metrics)
def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    """Report the scan, or each image of the batch."""
    if isinstance(event, Mapping) and "Records" in event:
        return _report_batch(event["Records"], context)
    return _report(parse_scan_event(event, datetime.now(UTC)), context)


def _report(scan: ScanEvent, context: Any, epss: Mapping[str, float] | None = None) -> dict[str, Any]:
    room = reporter()
    report, ids = report_scan(
        scan,
        room.registry(scan.repository),
        room.outlets(context),
        room.stores,
        rules=room.settings.rules,
        now=datetime.now(UTC),
        pace=Pace(room.together, Patience(time.sleep, partial(seconds_left, context))),
        epss=epss,
    )
    answer: dict[str, Any] = {
        "reported": bool(ids),
        "reason": report.reason.value if report else None,
        "messageId": ids.get("topic"),
    }
    scanned = {"repository": scan.repository.name, "imageDigest": scan.digest, "status": scan.status.value}
    left = "left to the digest" if report else "nothing to report"
    logger.info("scan reported" if ids else left, extra=scanned | answer)
    for note in report.notes if report else ():
        logger.warning("repository tag ignored", extra={"repository": scan.repository.name, "reason": note})
    metrics.add_metric("ScansEnded", MetricUnit.Count, 1)
    metrics.add_metric("ReportsSent", MetricUnit.Count, int(bool(ids)))
    return answer


def _report_batch(records: object, context: Any) -> dict[str, Any]:
    """Report each image once, however many findings of it there are.

    What fails, or is not reached in time, goes back to the queue alone.
    """
    if not isinstance(records, list):
        raise InvalidInputError("Records of the event", records, "a list of messages of a queue")
    time_is_up = deadline(seconds_left(context), time.monotonic)
    events, failed = _read_batch(records)
    for (repository, digest), found in bundle(events.values()).items():
        try:
            if time_is_up():
                raise JobIncompleteError("the time of the invocation was up")
            _report(ScanEvent.of_findings(repository, digest, found.at, found.tags), context, found.epss)
        except Exception as error:
            logger.exception("image failed", extra={"imageDigest": digest, "reason": str(error)})
            failed += [message for message, event in events.items() if event.image == (repository, digest)]
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
