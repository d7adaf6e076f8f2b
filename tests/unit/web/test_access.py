"""Who may call what."""

from dataclasses import replace
from typing import Any

import pytest

from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.settings.api import Authorization
from ecr_scan_reporter.web.access import presented_token
from ecr_scan_reporter.web.routes import ROUTES
from tests.not_empty import not_empty
from tests.unit.web.world import NEW, READ, SETTINGS, UBUNTU, WRITE, Answer, World, basic

CONFIG = {"region": "us-west-2", "registry": "123456789012", "repository": "amazonlinux"}
FEEDS = ("/feed", f"/findings/{UBUNTU.id}")
ARN = "arn:aws:iam::123456789012:user/alice"


def call_with(world: World, authorization: str, path: str = "/images", method: str = "GET") -> Answer:
    """Call with this header Authorization, or without one."""
    body = CONFIG if method in ("POST", "PUT") else None
    return world.call(path, method, token="", body=body, authorization=authorization)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Bearer abc", "abc"),
        ("bearer   abc ", "abc"),
        ("BEARER abc", "abc"),
        (basic("abc"), "abc"),
        (basic("a:b"), "a:b"),
        ("basic OmFiYw==", "abc"),
        ("Basic bWU=", ""),
        ("Basic !", ""),
        ("Basic /w==", ""),
        ("Basic bWU6w7w=", "ü"),
        ("abc", ""),
        ("Digest abc", ""),
        ("Bearer", ""),
        ("", ""),
    ],
)
def test_a_token_comes_as_bearer_or_as_the_password_of_basic(header: str, expected: str) -> None:
    assert presented_token(header) == expected


@pytest.mark.parametrize("token", [READ, WRITE])
def test_both_tokens_read(world: World, token: str) -> None:
    for header in (f"Bearer {token}", basic(token)):
        assert call_with(world, header).status == 200
        assert call_with(world, header, method="HEAD").status == 200
    assert world.denied == []


@pytest.mark.parametrize(
    "header",
    ["", "Bearer wrong", f"Bearer {READ}x", "Bearer", "Bearer \ud800", "Bearer ü", basic("wrong"), basic(""), READ],
)
def test_without_a_right_token_nobody_reads(world: World, header: str) -> None:
    answered = call_with(world, header)
    assert (answered.status, answered.headers["content-type"]) == (401, "application/problem+json")
    assert answered.headers["www-authenticate"].startswith('Bearer realm="ecr-scan-reporter", Basic realm=')
    assert [error.status for error in world.denied] == [401]


def test_the_page_gets_no_challenge_at_which_a_browser_asks_for_a_password(world: World) -> None:
    answered = world.call("/images", token="", x_requested_with="page")
    assert answered.headers["www-authenticate"] == 'Bearer realm="ecr-scan-reporter"'


@pytest.mark.parametrize(
    ("method", "path"),
    not_empty([(route.method, route.path) for route in ROUTES if route.method != "GET"]),
)
def test_the_token_that_reads_changes_nothing(world: World, method: str, path: str) -> None:
    answered = call_with(world, f"Bearer {READ}", path.format(id=UBUNTU.id), method)
    assert answered.status == 403
    assert method in answered.json["detail"]
    assert UBUNTU.id in world.configs.stored
    assert [error.status for error in world.denied] == [403]


def test_a_token_that_was_made_just_now_is_found_by_looking_again(world: World) -> None:
    assert call_with(world, f"Bearer {NEW}").status == 200
    assert world.tokens.looks > 0
    before = world.tokens.looks
    assert call_with(world, f"Bearer {READ}").status == 200
    assert world.tokens.looks == before


def test_while_the_tokens_cannot_be_read_nobody_is_let_in(world: World) -> None:
    world.tokens.fault = CallFailedError("GetSecretValue", "ThrottlingException", "slow down", is_throttled=True)
    answered = call_with(world, f"Bearer {WRITE}")
    assert (answered.status, answered.headers["retry-after"]) == (503, "30")
    assert world.call("/openapi.json", token="").status == 200


def test_who_may_not_call_learns_nothing_of_parameters_and_ids(world: World) -> None:
    for path in ("/images?severity=bad", "/configs/unknown", f"/configs/{UBUNTU.id}"):
        assert call_with(world, "", path).status == 401


def test_a_signature_reads_and_writes(world: World) -> None:
    world.settings = replace(SETTINGS, authorization=Authorization.IAM)
    session = world.call("/session", token="", iam={"userArn": ARN}).json
    assert (session["subject"], session["canWrite"]) == (ARN, True)
    assert world.call("/configs", "POST", body=CONFIG, token="", iam={"userArn": ARN}).status == 201


@pytest.mark.parametrize("authorization", [Authorization.IAM, Authorization.JWT])
def test_feeds_take_the_token_that_reads_because_their_readers_cannot_sign(
    world: World, authorization: Authorization
) -> None:
    world.settings = replace(SETTINGS, authorization=authorization)
    for path in FEEDS:
        assert call_with(world, basic(READ), path).status == 200
        for header in ("", basic(WRITE), basic("wrong")):
            assert call_with(world, header, path).status == 401, header


@pytest.mark.parametrize("authorization", [Authorization.IAM, Authorization.JWT])
@pytest.mark.parametrize("header", ["", f"Bearer {READ}", f"Bearer {WRITE}"])
def test_no_token_of_ours_opens_anything_else_then(world: World, authorization: Authorization, header: str) -> None:
    world.settings = replace(SETTINGS, authorization=authorization)
    for path in ("/images", "/session", "/configs"):
        assert call_with(world, header, path).status == 401
    assert call_with(world, header, "/configs", "POST").status == 401


def test_what_another_authorizer_has_proved_counts_for_nothing(world: World) -> None:
    signed, claims = {"userArn": ARN}, {"sub": "me"}
    assert world.call("/images", token="", iam=signed, claims=claims).status == 401
    world.settings = replace(SETTINGS, authorization=Authorization.IAM)
    assert world.call("/images", token="", claims=claims).status == 401
    world.settings = replace(SETTINGS, authorization=Authorization.JWT)
    assert world.call("/images", token="", iam=signed).status == 401


@pytest.mark.parametrize(
    ("write_scope", "claims", "may_write"),
    [
        ("", {}, True),
        ("ecr/write", {}, False),
        ("ecr/write", {"scope": "openid ecr/write"}, True),
        ("ecr/write", {"scope": "openid ecr/write2"}, False),
        ("ecr/write", {"scp": "[openid ecr/write]"}, True),
        ("ecr/write", {"scope": "[ecr/write]"}, True),
    ],
)
def test_a_json_web_token_reads_and_writes_with_the_scope_for_it(
    world: World, write_scope: str, claims: dict[str, Any], may_write: bool
) -> None:
    world.settings = replace(SETTINGS, authorization=Authorization.JWT, write_scope=write_scope)
    who = {"sub": "alice"} | claims
    session = world.call("/session", token="", claims=who).json
    assert (session["subject"], session["canWrite"]) == ("alice", may_write)
    written = world.call("/configs", "POST", body=CONFIG, token="", claims=who)
    assert written.status == (201 if may_write else 403)


@pytest.mark.parametrize(
    ("claims", "subject"),
    [
        ({"sub": "1"}, "1"),
        ({"sub": "1", "email": "alice@example.com", "email_verified": "true"}, "alice@example.com"),
        ({"sub": "1", "email": "alice@example.com", "email_verified": True}, "alice@example.com"),
        ({"sub": "1", "email": "alice@example.com", "email_verified": "false"}, "1"),
        ({"sub": "1", "email": "alice@example.com"}, "1"),
        ({"sub": "1", "preferred_username": "alice"}, "1"),
        ({}, ""),
    ],
)
def test_the_caller_is_who_the_issuer_has_verified(world: World, claims: dict[str, Any], subject: str) -> None:
    world.settings = replace(SETTINGS, authorization=Authorization.JWT)
    assert world.call("/session", token="", claims=claims).json["subject"] == subject
