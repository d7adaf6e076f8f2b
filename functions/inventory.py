"""On a schedule: build one snapshot of the registry, which answers every question."""

import time
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter.bootstrap.environment import initialise_early
from ecr_scan_reporter.bootstrap.inventory import inventory
from ecr_scan_reporter.bootstrap.observability import entry_point, make_logger, make_metrics, seconds_left
from ecr_scan_reporter.domain.events.schedules import parse_trigger
from ecr_scan_reporter.domain.inventory.deadline import building_seconds, writing_seconds
from ecr_scan_reporter.domain.scanning.deadlines import deadline
from ecr_scan_reporter.use_cases.inventory.build import build_inventory

logger = make_logger()
metrics = make_metrics()
initialise_early(inventory)


@entry_point(logger, metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Build and publish. What one invocation does not reach, the next one does."""
    function, now = inventory(), datetime.now(UTC)
    parse_trigger(event, now)
    left = seconds_left(context)
    time_is_up, is_over = (deadline(share(left), time.monotonic) for share in (building_seconds, writing_seconds))
    with function.tools(time_is_up, is_over) as tools:
        summary = build_inventory(function.sources(context, now), tools, policy=function.policy, now=now)
        result = summary.fields()
    logger.info("inventory built" if summary.published else "another build was faster", extra=result)
    metrics.add_metric("InventoryImages", MetricUnit.Count, summary.images)
    metrics.add_metric("InventoryResultsRead", MetricUnit.Count, summary.results)
    metrics.add_metric("InventoryPending", MetricUnit.Count, summary.info.pending)
    metrics.add_metric("InventoryErrors", MetricUnit.Count, len(summary.info.errors))
    return result
