"""A route with AWS_IAM refuses what has no signature.

Why: ministack takes any Authorization header there, as `Bearer x`, for that of an anonymous caller.
Goes when: `Authorization: Bearer x` is refused with 403 by such a route on plain ministack.
"""

from collections.abc import Mapping
from typing import Any

from ministack.services import apigateway

from local.patches.replacing import original_of, replace

REFUSED = (403, {"Content-Type": "application/json"}, b'{"message":"Forbidden"}')


def apply() -> None:
    """Look at the header before the request goes to its route."""
    authorization_of = original_of(apigateway, "route_authorization_type")

    async def handle(
        api: str, stage: str, path: str, method: str, headers: Mapping[str, str], *rest: Any, **named: Any
    ) -> Any:
        is_signed = headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 ")
        if not is_signed and authorization_of(api, stage, method, path) == "AWS_IAM":
            return REFUSED
        return await original(api, stage, path, method, headers, *rest, **named)

    original = replace(apigateway, "handle_execute", handle)
