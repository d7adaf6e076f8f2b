"""When a scan has ended: read the findings, remember the result, and tell people when it matters.

Invoked with the event of an ended scan, or with a batch of the queue on which Amazon Inspector's findings gather.
"""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter import bootstrap
from ecr_scan_reporter.domain.deadlines import deadline
from ecr_scan_reporter.domain.finding_events import FindingEvent, bundle, parse_finding_event
from ecr_scan_reporter.domain.scan_events import ScanEvent, parse_scan_event
from ecr_scan_reporter.errors import JobIncompleteError
from ecr_scan_reporter.use_cases.report_scan import report_scan

logger = bootstrap.make_logger()
metrics = bootstrap.make_metrics()
bootstrap.prepare(bootstrap.reporter)


@bootstrap.entry_point(logger, metrics)
def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    """Report the scan, or each image of the batch."""
    if isinstance(event, Mapping) and "Records" in event:
        return _report_batch(event["Records"], context)
    return _report(parse_scan_event(event), context)


def _report(scan: ScanEvent, context: Any, epss: Mapping[str, float] | None = None) -> dict[str, Any]:
    reporter = bootstrap.reporter()
    report, ids = report_scan(
        scan,
        reporter.registry(scan.repository),
        reporter.outlets(context),
        reporter.stores,
        rules=reporter.settings.rules,
        now=datetime.now(UTC),
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


def _report_batch(records: list[dict[str, Any]], context: Any) -> dict[str, Any]:
    """Report each image once, however many findings of it there are.

    What fails, or is not reached in time, goes back to the queue alone.
    """
    time_is_up = deadline(bootstrap.seconds_left(context), time.monotonic)
    failed: list[str] = []
    events: dict[str, FindingEvent] = {}
    for record in records:
        try:
            event = parse_finding_event(json.loads(record["body"]))
        except ValueError as error:
            logger.exception("event failed", extra={"event": record["body"], "reason": str(error)})
            failed.append(record["messageId"])
        else:
            events |= {record["messageId"]: event} if event else {}
    for (repository, digest), found in bundle(events.values()).items():
        try:
            if time_is_up():
                raise JobIncompleteError("the time of the invocation was up")
            _report(ScanEvent.of_findings(repository, digest, found.at, found.tags), context, found.epss)
        except Exception as error:
            logger.exception("image failed", extra={"imageDigest": digest, "reason": str(error)})
            failed += [message for message, event in events.items() if event.image == (repository, digest)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}
