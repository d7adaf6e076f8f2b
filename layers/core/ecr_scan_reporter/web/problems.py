"""Errors as `application/problem+json`: https://www.rfc-editor.org/rfc/rfc9457."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from ecr_scan_reporter.domain.inventory.cursors import CursorExpiredError
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError, MissingInputError, NoSnapshotError, quoted
from ecr_scan_reporter.web.messages import Response

PROBLEM = "application/problem+json"
RETRY_SECONDS = 30


class ProblemError(Exception):
    """A request that is refused, with the status and the sentence of its answer."""

    def __init__(self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


class InvalidRequestError(ProblemError):
    """Some values of a request are wrong: each is named, with what is allowed."""

    def __init__(self, faults: Iterable[InvalidInputError]) -> None:
        self.faults = tuple(faults)
        super().__init__(HTTPStatus.BAD_REQUEST, "; ".join(map(str, self.faults)))


def problem(
    status: HTTPStatus,
    detail: str,
    *,
    faults: Iterable[InvalidInputError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the response: its body has `type`, `title`, `status`, `detail`, and `errors`, one for each fault."""
    document: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    errors = [_error(fault) for fault in faults]
    if errors:
        document["errors"] = errors
    return Response(status, PROBLEM, json.dumps(document).encode(), headers or {})


def problem_of(error: Exception) -> Response | None:
    """Return the response to an error that the caller may know of, None for any other."""
    match error:
        case InvalidRequestError():
            return problem(error.status, error.detail, faults=error.faults)
        case ProblemError():
            return problem(error.status, error.detail, headers=error.headers)
        case CursorExpiredError():
            return problem(HTTPStatus.GONE, str(error), faults=(error,))
        case InvalidInputError():
            return problem(HTTPStatus.BAD_REQUEST, str(error), faults=(error,))
        case NoSnapshotError():
            headers = {"retry-after": str(RETRY_SECONDS)}
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers=headers)
        case CallFailedError():
            # What AWS said is in the log: it names resources.
            detail = f"{error.operation} failed: try again later"
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"retry-after": str(RETRY_SECONDS)})
        case _:
            return None


def _error(fault: InvalidInputError) -> dict[str, Any]:
    value = None if isinstance(fault, MissingInputError) else quoted(fault.value)
    return {"name": fault.name, "value": value, "allowed": fault.allowed}
