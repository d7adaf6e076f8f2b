"""When a scan has ended: read the findings, store the result, and report it when it matters.

Invoked with the event of an ended scan, or with a batch of the queue on which Amazon Inspector's findings gather.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ecr_scan_reporter.bootstrap.environment import initialise_early
from ecr_scan_reporter.bootstrap.observability import entry_point, make_logger, make_metrics, seconds_left
from ecr_scan_reporter.bootstrap.report_log import ReportLog
from ecr_scan_reporter.bootstrap.reporter import reporter
from ecr_scan_reporter.domain.events.batches import failed_messages
from ecr_scan_reporter.domain.events.scans import ScanEvent, parse_scan_event
from ecr_scan_reporter.domain.scanning.deadlines import deadline
from ecr_scan_reporter.use_cases.reporting.report_batch import report_batch
from ecr_scan_reporter.use_cases.reporting.report_scan import report_scan

logger = make_logger()
metrics = make_metrics()
log = ReportLog(logger, metrics)
initialise_early(reporter)


@entry_point(logger, metrics)
def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    """Report the scan, or each image of the batch; what fails of a batch goes back to the queue alone."""
    room, now = reporter(), datetime.now(UTC)

    def report(scan: ScanEvent, epss: Mapping[str, float]) -> dict[str, Any]:
        tools = room.tools(scan.image.repository, context)
        found, delivery = report_scan(scan, tools, policy=room.settings.policy, now=datetime.now(UTC), epss=epss)
        ids = delivery.ids
        reason = found.reason.value if found else None
        answer = {"reported": bool(ids), "reason": reason, "messageId": ids.get("topic")}
        log.scan(scan, found, answer)
        return answer

    if not isinstance(event, Mapping) or "Records" not in event:
        return report(parse_scan_event(event, now), {})
    time_is_up = deadline(seconds_left(context), time.monotonic)
    return failed_messages(
        report_batch(event["Records"], report, on_failure=log.failure, now=now, time_is_up=time_is_up)
    )
