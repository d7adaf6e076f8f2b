"""A request and a response, whatever carries them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """A request. Names of `headers` are lower case, `path` and `query` are decoded.

    `iam` and `claims` are who called, where API Gateway has proved it: by a signature, or by a JSON Web Token.
    """

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    iam: Mapping[str, Any] | None = None
    claims: Mapping[str, Any] | None = None
    base: str = ""

    def header(self, name: str) -> str:
        """Return a header, empty where there is none."""
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True)
class Response:
    """A response. The body is bytes, or pieces of text of any length, which are written to a file first.

    `file_name`: the body is a download of this name. `is_packed`: it is compressed already, for a client that takes it.
    """

    status: HTTPStatus = HTTPStatus.OK
    content_type: str = JSON
    body: bytes | Iterable[str] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    file_name: str = ""
    is_packed: bool = False

    def with_headers(self, **headers: str) -> "Response":
        """Return it with more headers; their names have `_` for `-`."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})
