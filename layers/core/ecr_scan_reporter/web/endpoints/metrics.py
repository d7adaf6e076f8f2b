"""`/metrics`: the inventory for Prometheus."""

import gzip

from ecr_scan_reporter.domain.inventory.measures import MetricsDetail
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.exporter.rendered import CONTENT_TYPE
from ecr_scan_reporter.web import parameters
from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.compression import accepts_gzip
from ecr_scan_reporter.web.encoding import MAX_BODY
from ecr_scan_reporter.web.messages import Response
from ecr_scan_reporter.web.routing import Content, Route

_DETAIL = parameters.choice(
    "detail", "How much to tell apart; the parameter MetricsDetail of the stack by default.", MetricsDetail
)


def show_metrics(call: Call) -> Response:
    """Answer with the metrics. A redirect to S3 would not do: Prometheus sends it the token, and S3 refuses that."""
    detail = call.values["detail"] or call.tools.settings.metrics_detail
    text = call.tools.metrics(call.inventory, detail)
    takes_gzip = accepts_gzip(call.request.header("accept-encoding"))
    if (len(text.packed) if takes_gzip else text.size) > MAX_BODY:
        allowed = "one that tells apart less: these metrics are larger than the 6 MB that a function may answer"
        raise InvalidInputError("detail", detail.value, allowed)
    body = text.packed if takes_gzip else gzip.decompress(text.packed)
    return Response(content_type=CONTENT_TYPE, body=body, is_packed=takes_gzip)


ROUTES: tuple[Route[Call], ...] = (
    Route(
        "GET",
        "/metrics",
        show_metrics,
        "The inventory as metrics of Prometheus",
        (Content(CONTENT_TYPE),),
        (_DETAIL,),
        takes_read_token=True,
    ),
)
