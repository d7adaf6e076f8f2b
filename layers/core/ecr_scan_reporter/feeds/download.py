"""Download a file by HTTPS, within bounds of size and time."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from email.message import Message
from http.client import HTTPException, HTTPResponse
from threading import Thread
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ecr_scan_reporter.domain.exploits.sources import S3, is_address
from ecr_scan_reporter.errors import FeedUnavailableError

USER_AGENT = "ecr-scan-reporter"
_PART = 1 << 16


class HttpDownloads:
    """Downloads files. A server has `timeout` seconds for each part of its answer, and `most_seconds` for all of it."""

    def __init__(
        self, *, timeout: float = 10, most_seconds: float = 60, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._opener = build_opener(_Redirects)
        self._timeout, self._most_seconds, self._clock = timeout, most_seconds, clock

    def fetch(self, address: str, most: int) -> bytes:
        """Return the content as it is sent, compressed or not. Raises FeedUnavailableError with the reason."""
        _check(address)
        # A timeout of urllib is about one read: headers may come byte by byte, and names are looked up without any.
        # A thread that is given up ends with its connection, or with the process.
        exchange: Future[bytes] = Future()
        Thread(target=self._exchange, args=(address, most, exchange), daemon=True).start()
        try:
            return exchange.result(self._most_seconds)
        except TimeoutError as error:
            raise self._too_slow() from error
        finally:
            # An error knows this frame, and what it knows: in a circle, its sockets would stay open.
            del exchange

    def _exchange(self, address: str, most: int, exchange: Future[bytes]) -> None:
        try:
            exchange.set_result(self._answer(address, most))
        except BaseException as error:  # noqa: BLE001 - the caller raises it
            exchange.set_exception(error)
            del exchange

    def _answer(self, address: str, most: int) -> bytes:
        deadline = self._clock() + self._most_seconds
        request = Request(address, headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})  # noqa: S310 - checked
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                return self._content(answer, most, deadline)
        except HTTPError as error:
            error.close()
            raise FeedUnavailableError(f"it answers with status {error.code}") from error
        except URLError as error:
            raise FeedUnavailableError(f"the connection failed: {error.reason}") from error
        # ValueError: a redirect to half of an address.
        except (OSError, HTTPException, ValueError) as error:
            raise FeedUnavailableError(f"the connection failed: {str(error) or type(error).__name__}") from error

    def _content(self, answer: HTTPResponse, most: int, deadline: float) -> bytes:
        content = bytearray()
        # One read of the socket at a time: a server may send a byte a second.
        while part := answer.read1(_PART):
            content += part
            if len(content) > most:
                raise FeedUnavailableError(f"it sends more than {most} bytes")
            if self._clock() > deadline:
                raise self._too_slow()
        if answer.length:  # of Content-Length
            raise FeedUnavailableError(f"it breaks off, {answer.length} bytes too early")
        return bytes(content)

    def _too_slow(self) -> FeedUnavailableError:
        return FeedUnavailableError(f"it takes more than {self._most_seconds:g} seconds")


class _Redirects(HTTPRedirectHandler):
    """Follows redirects to addresses with TLS, and those of a server to itself.

    Else a server outside would reach those of this machine.
    """

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        _check(newurl)
        if not newurl.startswith(("https://", f"{req.type}://{req.host}/")):
            raise FeedUnavailableError(f"it leads to {newurl[:200]!r}, an address without TLS")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _check(address: str) -> None:
    if not is_address(address) or address.startswith(f"{S3}:"):
        raise FeedUnavailableError(f"it leads to {address[:200]!r}, which cannot be fetched")
