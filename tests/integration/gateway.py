"""An AWS endpoint on this machine: it hands each request to moto, which runs in this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

NOT_PASSED_ON = {"host", "connection", "transfer-encoding", "content-length", "content-encoding"}


class _Gateway(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        # The credential scope is key, date, region, service.
        _, _, region, service, *_ = self.headers["Authorization"].split("/")
        host = f"api.ecr.{region}.amazonaws.com" if service == "ecr" else f"{service}.{region}.amazonaws.com"
        answer = requests.request(
            self.command,
            f"https://{host}{self.path}",
            headers={name: value for name, value in self.headers.items() if name.lower() not in NOT_PASSED_ON},
            data=self._body(),
            timeout=10,
        )
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in NOT_PASSED_ON:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)
        seen: set[str] = self.server.services  # type: ignore[attr-defined]
        seen.add(service)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass_on  # noqa: N815

    def _body(self) -> bytes:
        if self.headers.get("Expect"):
            self.send_response_only(100)
            self.end_headers()
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def running_gateway() -> Iterator[tuple[str, set[str]]]:
    """Yield the gateway's address, and the services that were asked for so far."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gateway)
    server.services = set()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.services  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
