"""After a scan: read the findings, store the result, and report it when it matters.

The event is that of an ended scan or a deleted image, a batch of Amazon Inspector's finding events, or the request of a
test report.
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
from ecr_scan_reporter.domain.events.deletions import is_image_action, parse_deletion_event
from ecr_scan_reporter.domain.events.invocations import asks_for_test_report
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
    """Report the scan, or each image of the batch. Only failed messages go back to the queue."""
    function, now = reporter(), datetime.now(UTC)

    def report(scan: ScanEvent, epss: Mapping[str, float]) -> dict[str, Any]:
        tools = function.tools(scan.image.repository, context)
        scan_report, delivery = report_scan(
            scan, tools, policy=function.settings.policy, now=datetime.now(UTC), epss=epss
        )
        ids = delivery.ids
        reason = scan_report.reason.value if scan_report else None
        result = {"reported": bool(ids), "reason": reason, "messageId": ids.get("topic")}
        log.scan(scan, scan_report, result)
        return result

    if asks_for_test_report(event):
        test = function.send_test_report(context, now)
        log.test_report(test)
        return test
    if is_image_action(event):
        deletion = parse_deletion_event(event)
        is_gone = function.forget(deletion, context)
        log.deletion(deletion, is_gone)
        return {"forgotten": is_gone}
    if not isinstance(event, Mapping) or "Records" not in event:
        return report(parse_scan_event(event, now), {})
    time_is_up = deadline(seconds_left(context), time.monotonic)
    return failed_messages(
        report_batch(event["Records"], report, on_failure=log.failure, now=now, time_is_up=time_is_up)
    )
