"""Downloads from a server on the loopback that behaves in every way."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ecr_scan_reporter.errors import FeedUnavailableError
from ecr_scan_reporter.feeds.download import HttpDownloads

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as the class before it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feed"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def content(
    body: bytes, *, status: int = 200, length: int | None = None, location: str = "", encoding: str = ""
) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Location": location, "Content-Encoding": encoding}.items():
            if value:
                request.send_header(name, value)
        if length != -1:
            request.send_header("Content-Length", str(len(body) if length is None else length))
        request.end_headers()
        request.wfile.write(body)

    return answer


def fetch(answer: Answer, *, most: int = 1_000, timeout: float = 5, most_seconds: float = 5) -> bytes:
    with serving(answer) as address:
        return HttpDownloads(timeout=timeout, most_seconds=most_seconds).fetch(address, most)


def test_a_file_is_downloaded_as_it_is_sent() -> None:
    assert fetch(content(b"\x1f\x8b as it is", encoding="gzip")) == b"\x1f\x8b as it is"


def test_a_file_without_a_length_is_downloaded() -> None:
    assert fetch(content(b"whole", length=-1)) == b"whole"


def test_a_redirect_is_followed() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.path == "/feed":
            content(b"", status=302, location="/other")(request)
        else:
            content(b"there")(request)

    assert fetch(answer) == b"there"


def test_a_redirect_to_another_server_of_this_machine_is_not_followed() -> None:
    with serving(content(b"secret")) as other, pytest.raises(FeedUnavailableError, match="an address without TLS"):
        fetch(content(b"", status=302, location=other))


def slowly(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    for _ in range(100):
        request.wfile.write(b".")
        request.wfile.flush()
        time.sleep(0.02)


def slowly_from_the_start(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.0 200 OK\r\nX-Header: ")
    for _ in range(100):
        request.wfile.write(b".")
        time.sleep(0.02)


def never(request: BaseHTTPRequestHandler) -> None:
    # Until the client gives up and closes the connection.
    request.connection.recv(1)


def hang_up(request: BaseHTTPRequestHandler) -> None:
    request.connection.close()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (content(b"", status=403), "it answers with status 403"),
        (content(b"", status=500), "it answers with status 500"),
        (content(b"half", length=1_000), "it breaks off, 996 bytes too early"),
        (content(b"x" * 1_001), "it sends more than 1000 bytes"),
        (content(b"", status=302, location="/feed"), "it answers with status 302"),
        (content(b"", status=302, location="file:///etc/passwd"), "it answers with status 302"),
        (content(b"", status=302, location="http://one.example/feed"), "which cannot be fetched"),
        (content(b"", status=302, location="s3://bucket/key"), "it answers with status 302"),
        (content(b"", status=302, location="https://[::1"), "the connection failed"),
        (content(b"", status=302, location="https://one..example/feed"), "which cannot be fetched"),
        (hang_up, "the connection failed"),
    ],
)
def test_anything_else_is_an_error_with_its_reason(answer: Answer, reason: str) -> None:
    with pytest.raises(FeedUnavailableError, match=reason):
        fetch(answer)


def test_a_server_that_never_answers_is_given_up() -> None:
    with pytest.raises(FeedUnavailableError, match="timed out"):
        fetch(never, timeout=0.1)


def test_a_server_that_sends_a_byte_now_and_then_is_given_up() -> None:
    with pytest.raises(FeedUnavailableError, match=r"it takes more than 0\.1 seconds"):
        fetch(slowly, most_seconds=0.1)


def test_a_server_that_sends_a_byte_of_its_headers_now_and_then_is_given_up() -> None:
    with pytest.raises(FeedUnavailableError, match=r"it takes more than 0\.1 seconds"):
        fetch(slowly_from_the_start, most_seconds=0.1)


def test_without_a_server_the_connection_fails() -> None:
    with serving(never) as address:
        pass
    with pytest.raises(FeedUnavailableError, match="the connection failed"):
        HttpDownloads().fetch(address, 1)


def test_an_address_without_tls_is_not_fetched() -> None:
    with pytest.raises(FeedUnavailableError, match="cannot be fetched"):
        HttpDownloads().fetch("http://one.example/feed", 1)
