"""A small HTTP server on 127.0.0.1 for AWS's protocols, with a set latency.

It takes little CPU, so that it does not disturb the measurement on the other core: no framework, one process, and
timers in place of threads for the latency.
"""

import asyncio
import json
import random
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qsl

Answer = tuple[int, bytes]
Handler = Callable[[dict[str, Any]], Answer]


@dataclass
class Faults:
    """The shares of calls (0 to 1) with a fault, drawn with a fixed seed."""

    throttled: float = 0.0
    server_error: float = 0.0
    reset_before: float = 0.0  # the connection ends before the call has an effect
    reset_after: float = 0.0  # the call has its effect, and the connection ends before the response
    slow: float = 0.0
    slow_seconds: float = 1.0
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    def draw(self, share: float) -> bool:
        """Return whether the next call has a fault of this share."""
        return share > 0 and self.dice.random() < share


@dataclass
class RateLimit:
    """A maximum of calls in any second; the stub throttles the others."""

    calls_per_second: int
    throttled: int = 0
    allowed_at: deque[float] = field(default_factory=deque)

    def allows(self, now: float) -> bool:
        """Count a call at this moment; return whether it is within the limit."""
        while self.allowed_at and self.allowed_at[0] <= now - 1:
            self.allowed_at.popleft()
        if len(self.allowed_at) >= self.calls_per_second:
            self.throttled += 1
            return False
        self.allowed_at.append(now)
        return True


@dataclass
class Service:
    """The behaviour of the server: handlers, seconds of latency, calls, faults and rate limits, each by API."""

    handlers: Mapping[str, Handler]
    latency: Mapping[str, float]
    calls: Counter[str] = field(default_factory=Counter)
    faults: dict[str, Faults] = field(default_factory=dict)
    limits: dict[str, RateLimit] = field(default_factory=dict)


def ok(body: Any) -> Answer:
    """Return a successful response."""
    return 200, body if isinstance(body, bytes) else json.dumps(body).encode()


def refusal(code: str, message: str = "", status: int = 400) -> Answer:
    """Return an error of AWS."""
    return status, json.dumps({"__type": code, "message": message}).encode()


def _read(request: bytes, headers: Mapping[bytes, bytes], body: bytes) -> tuple[str, dict[str, Any]]:
    """Return the API's name and its parameters, in AWS's JSON protocol, its query protocol, or S3's own."""
    method, target, _ = request.decode().split(" ", 2)
    if b"x-amz-target" in headers:
        return headers[b"x-amz-target"].decode().rpartition(".")[2], json.loads(body or b"{}")
    if headers.get(b"content-type", b"").startswith(b"application/x-www-form-urlencoded"):
        call = dict(parse_qsl(body.decode()))
        return call["Action"], call
    return f"{method.capitalize()}Object", {"path": target.partition("?")[0], "body": _unchunked(headers, body)}


def _unchunked(headers: Mapping[bytes, bytes], body: bytes) -> bytes:
    """Return a body that the SDK has sent in chunks, each after its size, with a checksum at the end."""
    if b"aws-chunked" not in headers.get(b"content-encoding", b""):
        return body
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        number = int(size.partition(b";")[0], 16)
        if not number:
            break
        whole, body = whole + body[:number], body[number + 2 :]
    return whole


class _Connection(asyncio.Protocol):
    def __init__(self, service: Service) -> None:
        self._service = service
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            head, separator, rest = self._buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            headers = {}
            for line in head.split(b"\r\n")[1:]:
                name, _, value = line.partition(b":")
                headers[name.lower()] = value.strip()
            length = int(headers.get(b"content-length", b"0"))
            if len(rest) < length:
                if headers.get(b"expect") == b"100-continue" and not rest:
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            self._buffer = rest[length:]
            self._call(*_read(head.split(b"\r\n", 1)[0], headers, rest[:length]))

    def _call(self, name: str, call: dict[str, Any]) -> None:
        service = self._service
        service.calls[name] += 1
        handler, seconds = service.handlers.get(name), service.latency.get(name, 0.0)
        faults = service.faults.get(name)
        if faults and faults.draw(faults.reset_before):
            self._transport.abort()
            return
        limit = service.limits.get(name)
        is_allowed = limit is None or limit.allows(asyncio.get_running_loop().time())
        if not is_allowed or (faults and faults.draw(faults.throttled)):
            answer = refusal("ThrottlingException", "Rate exceeded")
        elif faults and faults.draw(faults.server_error):
            answer = refusal("ServerException", "try again", 500)
        elif handler is None:
            answer = refusal("UnknownOperationException", name, 404)
        else:
            answer = handler(call)
            if faults and faults.draw(faults.reset_after):
                self._transport.abort()
                return
        if faults and faults.draw(faults.slow):
            seconds += faults.slow_seconds
        asyncio.get_running_loop().call_later(seconds, self._write, answer)

    def _write(self, answer: Answer) -> None:
        status, body = answer
        if not self._transport.is_closing():
            head = f"HTTP/1.1 {status} X\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {len(body)}"
            self._transport.write(f"{head}\r\n\r\n".encode() + body)


async def listen(service: Service) -> tuple[asyncio.Server, str]:
    """Listen on a free port of 127.0.0.1; return the server and its address."""
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(service), "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
