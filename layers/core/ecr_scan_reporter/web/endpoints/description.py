"""`/openapi.json`: what the API has."""

import json

from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.messages import JSON, Response
from ecr_scan_reporter.web.routing import Content, Route


def describe(_call: Call) -> Response:
    """Answer with the OpenAPI document."""
    # It lists this route too.
    from ecr_scan_reporter.web.openapi import openapi_document

    return Response(content_type=JSON, body=json.dumps(openapi_document()).encode())


ROUTES: tuple[Route[Call], ...] = (
    Route("GET", "/openapi.json", describe, "This document", (Content(JSON),), is_public=True),
)
