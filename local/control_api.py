"""The emulator's own HTTP paths under /_local/, in front of the emulated AWS: plain JSON, no AWS protocol."""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Operation = Callable[[Mapping[str, Any]], Any]

PREFIX = "/_local/"


def with_control_api(application: Application, operations: Mapping[str, Operation]) -> Application:
    """Serve `operations` under PREFIX, and pass all other requests to `application`."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(PREFIX):
            await application(scope, receive, send)
            return
        status, result = _call(operations.get(path.removeprefix(PREFIX)), await _body(receive))
        await _send_json(send, status, result)

    return answer


def _call(operation: Operation | None, body: bytes) -> tuple[int, Any]:
    if operation is None:
        return 404, {"error": "no such path"}
    try:
        return 200, operation(json.loads(body or b"{}"))
    except (KeyError, ValueError, TypeError) as error:
        return 400, {"error": repr(error)}


async def _body(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def _send_json(send: Send, status: int, result: Any) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(result).encode()})
