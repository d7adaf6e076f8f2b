"""Requests and answers as an HTTP API of API Gateway has them, payload format 2.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.web.encoding import Encoded
from ecr_scan_reporter.web.messages import Request


def parse_request(event: Any) -> Request:
    """Read the event of a request. Raises InvalidInputError for what is no such event."""
    try:
        headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
        http, authorizer = event["requestContext"]["http"], event["requestContext"].get("authorizer") or {}
        body = event.get("body") or ""
        return Request(
            method=str(http["method"]).upper(),
            path=str(event["rawPath"]),
            query=tuple(parse_qsl(event.get("rawQueryString") or "", keep_blank_values=True)),
            headers=headers,
            body=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass"),
            iam=_mapping(authorizer.get("iam")),
            claims=_mapping((authorizer.get("jwt") or {}).get("claims")),
            base=f"https://{headers.get('host') or event['requestContext']['domainName']}",
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidInputError("the event", event, "a request of an HTTP API, payload format 2.0") from error


def _mapping(value: Any) -> Mapping[str, Any] | None:
    return value if isinstance(value, Mapping) else None


def gateway_answer(encoded: Encoded) -> dict[str, Any]:
    """Write an answer. Its body is in base64, but for a short text: JSON would make a long one longer still."""
    body = encoded.body
    answer: dict[str, Any] = {"statusCode": int(encoded.status), "headers": dict(encoded.headers)}
    if encoded.is_plain_text:
        return {**answer, "body": body.decode(), "isBase64Encoded": False}
    return {**answer, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}
