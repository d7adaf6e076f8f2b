"""The bodies of requests: JSON."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ecr_scan_reporter.domain.events.fields import read_json
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.web.messages import JSON, Request
from ecr_scan_reporter.web.problems import ProblemError

MAX_BODY = 64_000


def json_object(request: Request) -> Mapping[str, Any]:
    """Return the JSON object of a body.

    Raises ProblemError: 415 for another content type (so that no form of another site can send one), 413 for more than
    64 kB; InvalidInputError for anything but an object.
    """
    kind = request.header("content-type").partition(";")[0].strip().lower()
    if kind != JSON:
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"content-type is {kind!r}: allowed is {JSON}")
    if len(request.body) > MAX_BODY:
        raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body has more than {MAX_BODY:,} bytes")
    content = read_json(request.body, "the body")
    if not isinstance(content, Mapping):
        raise InvalidInputError("the body", content, "a JSON object")
    return content
