"""Scheduled: sum up in one message what changed since the last one, what is worst, and what is not covered."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter import bootstrap
from ecr_scan_reporter.domain.events.schedules import parse_trigger
from ecr_scan_reporter.use_cases.send_digest import send_digest

logger = bootstrap.make_logger()
metrics = bootstrap.make_metrics()
bootstrap.prepare(bootstrap.digest)


@bootstrap.entry_point(logger, metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Send the digest, once for each event; each manual invocation sends one."""
    sender, now = bootstrap.digest(), datetime.now(UTC)
    digest, delivery = send_digest(
        sender.ledger,
        sender.suppressions,
        sender.channels(context),
        parse_trigger(event, now),
        max_age=sender.settings.max_age,
        scans_per_day=sender.settings.scans_per_day,
        now=now,
    )
    answer: dict[str, Any] = {"sent": digest is not None, "messageId": delivery.ids.get("topic")}
    if digest:
        answer |= digest.fields()
    logger.info("digest sent" if digest else "digest was sent already", extra=answer)
    metrics.add_metric("DigestsSent", MetricUnit.Count, int(digest is not None))
    return answer
