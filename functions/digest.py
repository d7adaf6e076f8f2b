"""On a schedule: send the digest of changes, worst images and coverage."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter.bootstrap.digest import digest
from ecr_scan_reporter.bootstrap.environment import initialise_early
from ecr_scan_reporter.bootstrap.observability import entry_point, make_logger, make_metrics
from ecr_scan_reporter.domain.events.schedules import parse_trigger
from ecr_scan_reporter.use_cases.send_digest import send_digest

logger = make_logger()
metrics = make_metrics()
initialise_early(digest)


@entry_point(logger, metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Send one digest for each event of the schedule, and for each manual invocation."""
    sender, now = digest(), datetime.now(UTC)
    sent, delivery = send_digest(
        sender.ledger,
        sender.suppressions,
        sender.channels(context),
        parse_trigger(event, now),
        max_age=sender.settings.max_age,
        scans_per_day=sender.settings.scans_per_day,
        now=now,
        read_urgent=sender.read_urgent,
    )
    result: dict[str, Any] = {"sent": sent is not None, "messageId": delivery.ids.get("topic")}
    if sent:
        result |= sent.fields()
    logger.info("digest sent" if sent else "digest was sent already", extra=result)
    metrics.add_metric("DigestsSent", MetricUnit.Count, int(sent is not None))
    return result
