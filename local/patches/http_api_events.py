"""An HTTP API invokes its function as AWS does: the event, the function's policy, the answer when it fails.

Why: ministack leaves the cookies in the headers, adds no forwarded headers, and sends `pathParameters: null`. It does
not ask the policy of the function, so a missing AWS::Lambda::Permission goes unnoticed. A function that raises is
answered 502 with its error, where AWS answers 500 and tells nothing.
Goes when: the event has `cookies`, and an API without permission gets 500, on plain ministack.
"""

import json
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

from ministack.services import lambda_svc

from local.identity import REGION
from local.patches.replacing import replace

Event = dict[str, Any]
SERVICE = "apigateway.amazonaws.com"
FAILED = {
    "statusCode": 500,
    "headers": {"content-type": "application/json"},
    "body": json.dumps({"message": "Internal Server Error"}),
}


def apply() -> None:
    """Complete the event before the function gets it, and hide the error of a function that failed."""

    def execute(function: Event, event: Event) -> Any:
        if not _is_of_http_api(event):
            return original(function, event)
        if not _may_invoke(function["policy"], event["requestContext"]):
            return {"body": FAILED}
        result = original(function, _as_sent(event))
        return {"body": FAILED} if result.get("error") else result

    original = replace(lambda_svc, "_execute_function_with_config_scope", execute)


def _is_of_http_api(event: Event) -> bool:
    # The event of a function URL has the same form, and another domain.
    return event.get("version") == "2.0" and ".execute-api." in event["requestContext"].get("domainName", "")


def _may_invoke(policy: Mapping[str, Any], context: Event) -> bool:
    route = context["routeKey"].replace(" ", "", 1)
    path = route if route.startswith("$") else f"{context['http']['method']}/{route.partition('/')[2]}"
    source = f"arn:aws:execute-api:{REGION}:{context['accountId']}:{context['apiId']}/{context['stage']}/{path}"
    return any(_allows(statement, source) for statement in policy["Statement"])


def _allows(statement: Mapping[str, Any], source: str) -> bool:
    principal = statement.get("Principal")
    service = principal.get("Service") if isinstance(principal, Mapping) else principal
    pattern = statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn", "*")
    return (
        statement["Effect"] == "Allow"
        and service in (SERVICE, "*")
        and statement["Action"] in ("lambda:InvokeFunction", "lambda:*")
        and re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), source) is not None
    )


def _as_sent(event: Event) -> Event:
    headers, context = dict(event["headers"]), event["requestContext"]
    cookies = headers.pop("cookie", "")
    host, client = headers["host"], context["http"]["sourceIp"]
    headers |= {
        "content-length": headers.get("content-length", "0"),
        "x-amzn-trace-id": headers.get("x-amzn-trace-id", f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"),
        "x-forwarded-for": ", ".join(filter(None, (headers.get("x-forwarded-for"), client))),
        "x-forwarded-port": host.rpartition(":")[2] if ":" in host else "443",
        "x-forwarded-proto": headers.get("x-forwarded-proto", "http"),
    }
    # The domain has the port, so that a link made of it can be opened.
    context = {**context, "domainName": host, "domainPrefix": context["apiId"]}
    sent = {**event, "headers": headers, "requestContext": context}
    if not sent["pathParameters"]:
        del sent["pathParameters"]
    if cookies:
        sent["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
    return sent
