"""Logger, metrics, and the decorator of every handler."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger, Metrics

SERVICE = "ecr-scan-reporter"
NAMESPACE = "EcrScanReporter"


def make_logger() -> Logger:
    """Return the logger; Powertools' own variables configure it."""
    return Logger(service=os.environ.get("POWERTOOLS_SERVICE_NAME", SERVICE))


def warn(message: str) -> Callable[[str], None]:
    """Return a function that logs a warning with this message and its reason."""
    return lambda reason: make_logger().warning(message, extra={"reason": reason})


def make_metrics() -> Metrics:
    """Return the metrics; Powertools' own variables configure them."""
    return Metrics(
        service=os.environ.get("POWERTOOLS_SERVICE_NAME", SERVICE),
        namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE),
    )


Handler = Callable[[dict[str, Any], Any], Any]


def entry_point(logger: Logger, metrics: Metrics) -> Callable[[Handler], Handler]:
    """Return a decorator for handlers: each log line has the invocation's ids, and metrics are written at its end.

    A caller outside Lambda may pass no context.
    """

    def decorate(handler: Handler) -> Handler:
        with_metrics = metrics.log_metrics(handler)
        with_context = logger.inject_lambda_context(with_metrics)

        @wraps(handler)
        def handle(event: dict[str, Any], context: Any) -> Any:
            has_context = hasattr(context, "aws_request_id") and hasattr(context, "memory_limit_in_mb")
            return (with_context if has_context else with_metrics)(event, context)

        return handle

    return decorate


def seconds_left(context: Any) -> float | None:
    """Return the seconds that remain to the invocation, None outside Lambda."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return remaining() / 1000 if remaining else None
