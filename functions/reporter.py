"""On the event of an ended scan: read the findings, remember the result, publish one message when it matters."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter import bootstrap
from ecr_scan_reporter.domain.scan_events import parse_scan_event
from ecr_scan_reporter.use_cases.report_scan import ReportRules, report_scan

logger = bootstrap.make_logger()
metrics = bootstrap.make_metrics()
bootstrap.prepare(bootstrap.reporter)


@bootstrap.entry_point(logger, metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Report the scan, once for each event."""
    reporter = bootstrap.reporter()
    parse_scan_event(event)  # What is no event must fail here, with its reason, and not in the idempotency's keys.
    answer: dict[str, Any] = reporter.once(_report, event, context) if reporter.once else _report(event=event)
    return answer


def _report(event: dict[str, Any]) -> dict[str, Any]:
    reporter = bootstrap.reporter()
    settings = reporter.settings
    scan = parse_scan_event(event)
    report, message_id = report_scan(
        scan,
        reporter.registry(scan.repository),
        reporter.topic,
        reporter.ledger,
        reporter.findings,
        rules=ReportRules(settings.thresholds, settings.notify_on_failure, settings.notify_on),
        now=datetime.now(UTC),
    )
    answer: dict[str, Any] = {
        "reported": report is not None,
        "reason": report.reason.value if report else None,
        "messageId": message_id or None,
    }
    scanned = {"repository": scan.repository.name, "imageDigest": scan.digest, "status": scan.status.value}
    logger.info("scan reported" if report else "nothing to report", extra=scanned | answer)
    metrics.add_metric("ScansEnded", MetricUnit.Count, 1)
    metrics.add_metric("ReportsSent", MetricUnit.Count, int(report is not None))
    return answer
