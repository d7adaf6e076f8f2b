"""`/suppressions`: who decided what, and until when."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ecr_scan_reporter.settings.api import Authorization
from tests.unit.snapshot.registries import suppression
from tests.unit.web.world import CURL, READ, SETTINGS, World

BODY = {"cve": CURL, "reason": "not reachable", "until": "90d", "createdBy": "alice", "repository": "test/*"}


def test_a_suppression_is_added_listed_and_removed(world: World) -> None:
    made = world.call("/suppressions", "POST", body=BODY)
    assert (made.status, made.headers["location"]) == (201, f"/suppressions/{made.json['id']}")
    assert made.json == BODY | {
        "id": made.json["id"],
        "until": "2027-02-19",
        "createdAt": "2026-11-21T12:00:00Z",
        "kind": made.json["kind"],
    }
    assert world.call("/suppressions", token=READ).json == {"total": 1, "items": [made.json]}
    assert world.call(made.headers["location"], "DELETE").status == 204
    assert world.call("/suppressions").json == {"total": 0, "items": []}
    assert world.call(made.headers["location"], "DELETE").status == 404


def test_the_same_suppression_is_not_added_twice(world: World) -> None:
    assert world.call("/suppressions", "POST", body=BODY).status == 201
    again = world.call("/suppressions", "POST", body=BODY)
    assert again.status == 409
    assert "stored already" in again.json["detail"]
    assert len(world.suppressions.stored) == 1


@pytest.mark.parametrize(("state", "expected"), [("all", {"old", "new"}), ("active", {"new"}), ("ended", {"old"})])
def test_they_are_listed_by_their_end(world: World, state: str, expected: set[str]) -> None:
    for id_, until in (("old", date(2026, 11, 20)), ("new", date(2026, 11, 21))):
        world.suppressions.add(suppression(id_, CURL, until=until))
    items = world.call(f"/suppressions?state={state}").json["items"]
    assert {each["id"] for each in items} == expected


def test_who_calls_is_the_author(world: World) -> None:
    world.settings = replace(SETTINGS, authorization=Authorization.JWT)
    claims = {"sub": "subject-1"}
    unnamed = {name: value for name, value in BODY.items() if name != "createdBy"}
    made = world.call("/suppressions", "POST", body=unnamed, claims=claims)
    assert (made.status, made.json["createdBy"]) == (201, "subject-1")
    named = world.call("/suppressions", "POST", body=BODY, claims=claims)
    assert named.status == 400
    assert named.json["errors"][0]["name"] == "createdBy"


def test_a_token_that_many_have_names_no_author(world: World) -> None:
    for author in ({}, {"createdBy": ""}, {"createdBy": None}):
        body = {name: value for name, value in BODY.items() if name != "createdBy"} | author
        answered = world.call("/suppressions", "POST", body=body)
        assert (answered.status, answered.json["errors"][0]["name"]) == (400, "createdBy")
    assert world.suppressions.stored == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"cve": ""},
        {"cve": 1},
        {"reason": None},
        {"until": "soon"},
        {"until": "9999-99-99"},
        {"severity": "BAD"},
        {"kind": "other"},
        {"id": "a/b"},
        {"colour": "red"},
        {"repository": "a\nb"},
    ],
)
def test_wrong_members_are_refused(world: World, wrong: dict[str, Any]) -> None:
    answered = world.call("/suppressions", "POST", body=BODY | wrong)
    assert (answered.status, len(answered.json["errors"]) > 0) == (400, True)
    assert world.suppressions.stored == {}


@pytest.mark.parametrize("missing", ["cve", "reason", "until"])
def test_missing_members_are_named(world: World, missing: str) -> None:
    answered = world.call(
        "/suppressions", "POST", body={name: value for name, value in BODY.items() if name != missing}
    )
    assert answered.status == 400
    assert missing in answered.json["detail"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 50_000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
        (b"{}", "application/x-www-form-urlencoded", 415),
        (b" " * 64_001, "application/json; charset=utf-8", 413),
    ],
)
def test_a_body_is_a_json_object_and_not_too_large(world: World, body: bytes, content_type: str, status: int) -> None:
    for method, path in (("POST", "/suppressions"), ("POST", "/configs")):
        answered = world.call(path, method, body=body, content_type=content_type)
        assert (answered.status, answered.headers["content-type"]) == (status, "application/problem+json")


def test_what_is_suppressed_stays_in_the_lists_until_the_next_build(world: World) -> None:
    world.call("/suppressions", "POST", body=BODY)
    assert world.call(f"/vulnerabilities/{CURL}").json["total"] == 1
