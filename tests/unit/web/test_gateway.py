"""Events of an HTTP API, and answers to it."""

import base64
import copy
from http import HTTPStatus
from typing import Any

import pytest

from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.web.encoding import Encoded
from ecr_scan_reporter.web.gateway import gateway_answer, parse_request
from tests.recorded_events import load_event

RECORDED = load_event("api")


def event(**changes: Any) -> dict[str, Any]:
    """Return the recorded event with changes."""
    return copy.deepcopy(RECORDED) | changes


def test_a_recorded_event_is_a_request() -> None:
    request = parse_request(RECORDED)
    assert (request.method, request.path, request.body) == ("GET", "/images", b"")
    assert request.query == (("severity", "HIGH"), ("status", "current"), ("status", "stale"), ("repository", "team/*"))
    assert request.header("authorization") == "Bearer recorded-token"
    assert request.header("Authorization") == ""
    assert request.base == "https://r3pmxmplak.execute-api.us-east-2.amazonaws.com"
    assert (request.iam, request.claims) == (None, None)


def test_a_body_may_be_in_base64() -> None:
    packed = base64.b64encode(b"\xff{}").decode()
    assert parse_request(event(body=packed, isBase64Encoded=True)).body == b"\xff{}"
    assert parse_request(event(body='{"a": "ü"}', isBase64Encoded=False)).body == '{"a": "ü"}'.encode()
    assert parse_request(event(body=None)).body == b""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ()),
        ("a=1&a=2&b=", (("a", "1"), ("a", "2"), ("b", ""))),
        ("a=x%20y+z%26&%C3%BC=%C3%BC", (("a", "x y z&"), ("ü", "ü"))),
        ("a", (("a", ""),)),
        ("a=1,2", (("a", "1,2"),)),
    ],
)
def test_a_query_is_decoded_in_its_order(query: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert parse_request(event(rawQueryString=query)).query == expected


def test_the_path_is_decoded_already() -> None:
    assert parse_request(event(rawPath="/vulnerabilities/a%25b c")).path == "/vulnerabilities/a%25b c"


def test_who_calls_is_what_the_gateway_has_proved() -> None:
    def context(authorizer: Any) -> dict[str, Any]:
        return event(requestContext=RECORDED["requestContext"] | {"authorizer": authorizer})

    assert parse_request(context({"iam": {"userArn": "arn"}})).iam == {"userArn": "arn"}
    assert parse_request(context({"jwt": {"claims": {"sub": "me"}, "scopes": None}})).claims == {"sub": "me"}
    for authorizer in (None, {}, {"jwt": None}, {"iam": "arn"}):
        request = parse_request(context(authorizer))
        assert (request.iam, request.claims) == (None, None)


def test_without_a_host_the_address_is_that_of_the_api() -> None:
    request = parse_request(event(headers={}))
    assert request.base == "https://r3pmxmplak.execute-api.us-east-2.amazonaws.com"
    assert parse_request(event(headers={"Host": "ecr.example.com"})).base == "https://ecr.example.com"


@pytest.mark.parametrize(
    "wrong",
    [None, [], "text", {}, {"requestContext": {}}, event(isBase64Encoded=True, body="a"), event(headers=[1])],
)
def test_another_event_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidInputError, match="payload format 2"):
        parse_request(wrong)


def test_a_short_text_is_sent_as_it_is_and_everything_else_in_base64() -> None:
    short = gateway_answer(Encoded(HTTPStatus.OK, {"content-type": "text/plain"}, b"short"))
    assert short == {
        "statusCode": 200,
        "headers": {"content-type": "text/plain"},
        "body": "short",
        "isBase64Encoded": False,
    }
    for headers, body in (({}, b"x" * 2_000), ({}, b"\xff"), ({"content-encoding": "gzip"}, b"\x1f")):
        answer = gateway_answer(Encoded(HTTPStatus.OK, headers, body))
        assert (answer["isBase64Encoded"], base64.b64decode(answer["body"])) == (True, body)
    assert gateway_answer(Encoded(HTTPStatus.NO_CONTENT, {}))["body"] == ""
