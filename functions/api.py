"""On a request of the HTTP API: answer from the inventory's snapshot."""

import os
import time
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter.bootstrap.api import api
from ecr_scan_reporter.bootstrap.environment import initialise_early
from ecr_scan_reporter.bootstrap.observability import entry_point, make_logger, make_metrics, seconds_left
from ecr_scan_reporter.domain.scanning.deadlines import deadline
from ecr_scan_reporter.web.access import DeniedError
from ecr_scan_reporter.web.application import Surroundings, answer
from ecr_scan_reporter.web.gateway import gateway_answer, parse_request

logger = make_logger()
metrics = make_metrics()
initialise_early(api)


@entry_point(logger, metrics)
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request; what goes wrong is answered too."""
    function, request = api(), parse_request(event)
    function.time_is_up = deadline(seconds_left(context), time.monotonic)
    surroundings = Surroundings(function.tokens, function.publish, _count_denied, _log_problem)
    encoded = answer(request, function, surroundings, datetime.now(UTC))
    logger.info(
        "request answered", extra={"method": request.method, "path": request.path, "status": int(encoded.status)}
    )
    return gateway_answer(encoded)


def _count_denied(error: DeniedError) -> None:
    logger.warning("request denied", extra={"reason": str(error)})
    function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    if function:  # Stacks in one account have alarms of their own.
        metrics.add_dimension("function_name", function)
    metrics.add_metric("ApiDenied", MetricUnit.Count, 1)


def _log_problem(error: Exception) -> None:
    logger.error("request failed", exc_info=error)
