"""Errors are problems: https://www.rfc-editor.org/rfc/rfc9457."""

from typing import Any

import pytest

from ecr_scan_reporter.errors import CallFailedError, NoSnapshotError
from tests.unit.web.world import Answer, World


def assert_problem(answered: Answer, status: int) -> Any:
    """Check the members of a problem, and return it."""
    assert answered.headers["content-type"] == "application/problem+json"
    document = answered.json
    assert document.keys() - {"errors"} == {"type", "title", "status", "detail"}
    assert (answered.status, document["status"], document["type"]) == (status, status, "about:blank")
    return document


def test_a_wrong_value_is_named_with_what_is_allowed(world: World) -> None:
    document = assert_problem(world.call("/images?severity=bad"), 400)
    (error,) = document["errors"]
    assert (error["name"], error["value"]) == ("severity", "'bad'")
    assert error["allowed"].startswith("one of CRITICAL, HIGH")
    assert document["detail"] == f"severity is 'bad': allowed is {error['allowed']}"


def test_all_wrong_values_are_named_at_once(world: World) -> None:
    document = assert_problem(world.call("/images?severity=bad&limit=0&colour=red"), 400)
    assert [each["name"] for each in document["errors"]] == ["severity", "limit", "parameter"]


def test_a_missing_member_of_a_body_has_no_value(world: World) -> None:
    document = assert_problem(world.call("/configs", "POST", body={"region": "us-west-2"}), 400)
    assert [each["value"] for each in document["errors"]] == [None, None]


def test_a_long_value_is_cut(world: World) -> None:
    (error,) = assert_problem(world.call(f"/images?severity={'x' * 10_000}"), 400)["errors"]
    assert len(error["value"]) == 200


def test_without_a_snapshot_the_answer_says_when_to_ask_again(world: World) -> None:
    world.opened = None
    answered = world.call("/images")
    assert "wait for its first build" in assert_problem(answered, 503)["detail"]
    assert answered.headers["retry-after"] == "30"
    (problem,) = world.problems
    assert isinstance(problem, NoSnapshotError)


def test_what_aws_said_is_in_the_log_alone(world: World) -> None:
    world.fault = CallFailedError("GetObject", "AccessDenied", "arn:aws:iam::123456789012:role/secret may not")
    answered = world.call("/images")
    assert_problem(answered, 503)
    assert answered.headers["retry-after"] == "30"
    assert "secret" not in answered.text
    assert world.problems == [world.fault]


@pytest.mark.parametrize("error", [RuntimeError("password=hunter2"), KeyError("hunter2"), RecursionError("hunter2")])
def test_an_unexpected_error_has_no_words_of_its_own(world: World, error: Exception) -> None:
    world.fault = error
    answered = world.call("/images")
    assert_problem(answered, 500)
    assert "hunter2" not in answered.text
    assert world.problems == [error]


def test_a_callers_mistake_is_no_problem_of_ours(world: World) -> None:
    world.call("/images?limit=0")
    world.call("/nothing")
    assert world.problems == []


def test_security_headers_are_on_problems_too(world: World) -> None:
    for answered in (world.call("/nothing"), world.call("/images"), world.call("/images", token="")):
        assert answered.headers["x-content-type-options"] == "nosniff"
        assert answered.headers["cache-control"] == "private, no-cache"
        assert "default-src 'none'" in answered.headers["content-security-policy"]
        assert answered.headers["strict-transport-security"].startswith("max-age=")
