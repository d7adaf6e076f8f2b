"""A response as it is sent: its headers, compressed where the client accepts it, elsewhere where it is too large."""

import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO

from ecr_scan_reporter.web.compression import GZIP, accepts_gzip
from ecr_scan_reporter.web.messages import Request, Response

# Lambda answers with 6 MB at most, which base64 makes of three quarters:
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_BODY = 4_400_000
_SHORT = 1_000
_IN_MEMORY = 8_000_000
_FAST = 3

# https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
SECURITY_HEADERS: Mapping[str, str] = {
    "cache-control": "private, no-cache",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
}

Publish = Callable[[IO[bytes], str, str], str]
"""Stores a gzip file, given its content type and name; returns the address from which it can be downloaded."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """What is sent."""

    status: HTTPStatus
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def is_plain_text(self) -> bool:
        """True for a short text that is not compressed."""
        return len(self.body) <= _SHORT and "content-encoding" not in self.headers and self.body.isascii()


def encode(response: Response, request: Request, publish: Publish) -> Encoded:
    """Return what is sent: 304 where the client has it already, 303 where it is larger than a function may answer.

    The page gets the address of that redirect as JSON, `{"location": ...}`.
    """
    body = response.body
    if isinstance(body, bytes) and len(body) <= MAX_BODY:
        return _encode(response, request, body)
    pieces = [body.decode()] if isinstance(body, bytes) else body
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        size, digest = _write(pieces, file)
        packed = file.tell()
        file.seek(0)
        takes_gzip = accepts_gzip(request.header("accept-encoding"))
        if packed > MAX_BODY or (size > MAX_BODY and not takes_gzip):
            address = publish(file, response.content_type, response.file_name or "answer")
            return _elsewhere(address, request)
        is_packed = takes_gzip and size > _SHORT
        body = file.read() if is_packed else gzip.decompress(file.read())
        return _encode(replace(response, is_packed=is_packed), request, body, digest)


def _elsewhere(address: str, request: Request) -> Encoded:
    # The policy of the page lets its scripts follow no redirect to S3, but the browser go there.
    if request.header("x-requested-with") == "page":
        return _encode(Response(), request, json.dumps({"location": address}).encode())
    return _encode(Response(HTTPStatus.SEE_OTHER, headers={"location": address}), request, b"")


def _write(pieces: Iterable[str], file: IO[bytes]) -> tuple[int, str]:
    """Write a gzip file; return the size and the digest of what is in it."""
    size, digest = 0, sha256()
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=_FAST, mtime=0) as packed:
        for piece in pieces:
            content = piece.encode()
            size += len(content)
            digest.update(content)
            packed.write(content)
    return size, digest.hexdigest()


def _encode(response: Response, request: Request, body: bytes, digest: str = "") -> Encoded:
    headers = {**SECURITY_HEADERS, **response.headers}
    if body or response.file_name:
        headers["content-type"] = response.content_type
    if response.file_name:
        headers["content-disposition"] = f'attachment; filename="{response.file_name}"'
    if response.status is HTTPStatus.OK:
        # The same for all encodings of a content, so it is a weak one.
        tag = f'W/"{(digest or sha256(body).hexdigest())[:32]}"'
        headers |= {"etag": tag, "vary": "accept, accept-encoding, authorization"}
        # What changes something is done by now, whatever the client has.
        if request.method in ("GET", "HEAD") and _has(request.header("if-none-match"), tag):
            kept = {name: value for name, value in headers.items() if not name.startswith("content-")}
            return Encoded(HTTPStatus.NOT_MODIFIED, kept)
    is_packed = response.is_packed
    if not is_packed and len(body) > _SHORT and accepts_gzip(request.header("accept-encoding")):
        body, is_packed = gzip.compress(body, _FAST, mtime=0), True
    if is_packed:
        headers["content-encoding"] = GZIP
    return Encoded(response.status, headers, b"" if request.method == "HEAD" else body)


def _has(header: str, tag: str) -> bool:
    tags = [each.strip().removeprefix("W/") for each in header.split(",")]
    return "*" in tags or tag.removeprefix("W/") in tags
