"""`/history` and `/changes`: how the registry got here."""

from datetime import timedelta

import pytest

from tests.unit.web.world import CURL, NOW, World


def test_history_has_the_day_of_the_snapshot(world: World) -> None:
    (day,) = world.call("/history").json["items"]
    assert (day["day"], day["images"]) == ("2026-11-21", 6)
    assert world.call("/history?since=2026-11-01&until=2026-11-20").json["items"] == []
    (app,) = world.call("/history?repository=app").json["items"]
    assert app["images"] == 2
    (team,) = world.call("/history?owner=team").json["items"]
    assert team["images"] == 2


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("since=2026-12-01", "since"),
        ("since=2024-01-01", "since"),
        ("since=2026-11-02&until=2026-11-01", "since"),
        ("until=0001-01-02", "until"),
        ("since=7d", "since"),
        ("repository=app&owner=team", "owner"),
        ("repository=a*", "repository"),
    ],
)
def test_a_wrong_question_about_history_is_refused(world: World, query: str, name: str) -> None:
    answered = world.call(f"/history?{query}")
    assert answered.status == 400
    assert [each["name"] for each in answered.json["errors"]] == [name]


def test_changes_of_a_day_come_first_the_latest(world: World) -> None:
    (change,) = world.call("/changes").json["items"]
    assert (change["repository"], change["imageTag"], change["at"]) == ("test/ubuntu", "16.04", "2026-11-21T09:00:00Z")
    assert (change["new"]["CRITICAL"], change["news"]) == (1, [CURL])
    assert [each["repository"] for each in world.call("/changes?since=7d").json["items"]] == ["test/ubuntu", "app"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("since=2026-11-18", ["test/ubuntu", "app"]),
        ("since=2026-11-18T12:00:01Z", ["test/ubuntu"]),
        ("since=7d&until=1d", ["app"]),
        ("until=2026-11-18T12:00:00Z", ["app"]),
        ("since=7d&repository=app", ["app"]),
        ("since=7d&owner=team", ["app"]),
        ("since=7d&severity=critical", ["test/ubuntu"]),
        ("since=7d&severity=high", ["test/ubuntu", "app"]),
        ("since=7d&tag=latest", ["test/ubuntu"]),
        ("since=7d&repository=app&tag=latest", []),
        ("since=7d&exploited=true", ["test/ubuntu", "app"]),
        ("since=7d&overdue=true", ["test/ubuntu"]),
        ("since=7d&olderThan=31d", []),
        ("since=7d&status=current&owner=team", ["app"]),
        ("since=2026-11-21T11:00:00Z", []),
    ],
)
def test_changes_of_a_period_are_filtered(world: World, query: str, expected: list[str]) -> None:
    content = world.call(f"/changes?{query}").json
    assert [each["repository"] for each in content["items"]] == expected
    assert content["total"] == len(expected)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("since=2026-11-22", "since"),
        ("since=1d&until=7d", "since"),
        ("until=0001-01-01", "until"),
        ("since=yesterday", "since"),
    ],
)
def test_a_wrong_period_is_refused(world: World, query: str, name: str) -> None:
    answered = world.call(f"/changes?{query}")
    assert answered.status == 400
    assert [each["name"] for each in answered.json["errors"]] == [name]


def test_an_old_snapshot_answers_from_its_own_time(world: World) -> None:
    world.now = NOW + timedelta(days=3)
    assert world.call("/changes").json["total"] == 1
    assert world.call("/changes?since=2026-11-23").json["total"] == 0
