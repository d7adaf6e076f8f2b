"""The API as a WSGI application: each request goes the way of an event of API Gateway, and so does the answer."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from ecr_scan_reporter.web.gateway import gateway_answer, parse_request
from tests.recorded_events import load_event
from tests.unit.web.world import World

_EVENT = load_event("api")


class WsgiApi:
    """Answers from a world, which may be replaced between two requests."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        assert self.world
        answer = gateway_answer(self.world.answer(parse_request(_event(environ))))
        start_response(f"{answer['statusCode']} Status", list(answer["headers"].items()))
        return [b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()]


def _event(environ: dict[str, Any]) -> dict[str, Any]:
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
    }
    length = int(environ.get("CONTENT_LENGTH") or 0)
    context = _EVENT["requestContext"]
    return _EVENT | {
        # API Gateway decodes all but an encoded percent sign.
        "rawPath": unquote(path) if "%25" not in path else path,
        "rawQueryString": environ.get("QUERY_STRING", ""),
        "headers": headers,
        "requestContext": context | {"http": context["http"] | {"method": environ["REQUEST_METHOD"]}},
        "body": b64encode(environ["wsgi.input"].read(length) if length else b"").decode(),
        "isBase64Encoded": True,
    }
