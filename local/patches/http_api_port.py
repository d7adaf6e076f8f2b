"""The HTTP API has an address that every client on this machine can reach: the root of a second port.

Why: its endpoint is https://<id>.execute-api.127.0.0.1:<port>, which no resolver knows and no certificate covers. The
form with the id in the path is of no use to a page, whose paths begin at the root.
Goes when: ministack serves an API at the root of a port.
"""

from collections.abc import MutableMapping
from typing import Any

import hypercorn.asyncio
from ministack import app
from ministack.core import responses
from ministack.services import apigateway

from local.control_api import Application, Receive, Send
from local.identity import ACCOUNT, REGION
from local.patches.replacing import original_of, replace

# ministack's own address of an API: the id and the stage are in the path.
_PREFIX = "/_aws/execute-api/"
_STAGE = "/$default"


def apply(port: int) -> None:
    """Listen on `port` too, and check signatures of the path that the caller asked for."""

    async def serve(application: Any, config: Any, **named: Any) -> None:
        config.bind = [*config.bind, f"127.0.0.1:{port}"]
        await serve_original(application, config, **named)

    def pin(method: str, raw_path: str, *rest: Any, **named: Any) -> None:
        _, is_of_api, path = raw_path.partition(f"{_STAGE}/")
        pin_original(method, f"/{path}" if is_of_api and raw_path.startswith(_PREFIX) else raw_path, *rest, **named)

    serve_original = replace(hypercorn.asyncio, "serve", serve)
    pin_original = replace(app, "pin_signed_request", pin)


def with_api_port(application: Application, port: int) -> Application:
    """Pass requests to `port` on as requests to the account's first HTTP API, and all others as they are."""
    apis, request_scope = original_of(apigateway, "_apis"), original_of(responses, "request_scope")

    async def answer(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["server"][1] == port:
            with request_scope(ACCOUNT, REGION):
                prefix = f"{_PREFIX}{next(iter(apis), 'none')}{_STAGE}"
            scope = {**scope, "path": prefix + scope["path"], "raw_path": prefix.encode() + scope["raw_path"]}
        await application(scope, receive, send)

    return answer
