"""Lists in pages: nothing is missing, nothing is there twice, and a cursor belongs to one question."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from tests.unit.web.world import LOG4J, NOW, World

LISTS = [
    "/images",
    "/images?sort=repository",
    "/images?severity=low&olderThan=1d",
    "/images?unused=20d",
    "/vulnerabilities",
    f"/vulnerabilities/{LOG4J}",
    "/findings",
    "/findings?suppressed=included&newerThan=60d",
    "/changes?since=7d",
    "/changes?until=1h&since=30d",
]


def with_query(target: str, **query: str) -> str:
    """Return an address with more parameters."""
    return f"{target}{'&' if '?' in target else '?'}{urlencode(query)}"


@pytest.mark.parametrize("target", LISTS)
@pytest.mark.parametrize("limit", ["1", "2"])
def test_all_pages_together_are_the_whole_list(world: World, target: str, limit: str) -> None:
    whole = world.call(target).json
    items, total = whole["items"], whole["total"]
    assert (len(items), whole["next"]) == (total, None)
    assert total > 0
    assert world.items(with_query(target, limit=limit)) == items


@pytest.mark.parametrize("target", LISTS)
def test_time_passes_between_two_pages(world: World, target: str) -> None:
    whole = world.call(target).json["items"]
    asked, found = with_query(target, limit="1"), []
    answered = world.call(asked).json
    while answered["next"] is not None:
        found += answered["items"]
        world.now += timedelta(minutes=7, microseconds=3)
        answered = world.call(with_query(asked, cursor=answered["next"])).json
    assert [*found, *answered["items"]] == whole


@pytest.mark.parametrize("target", LISTS)
def test_a_page_links_to_the_next_one_and_has_the_total(world: World, target: str) -> None:
    asked, number, total = with_query(target, limit="1"), 1, world.call(target).json["total"]
    answered = world.call(asked)
    while answered.json["next"] is not None:
        assert answered.json["total"] == total
        address, _, relation = answered.headers["link"].partition("; ")
        assert relation == 'rel="next"'
        assert address.startswith("</")
        answered, number = world.call(address.strip("<>")), number + 1
    assert "link" not in answered.headers
    assert number == total


@pytest.mark.parametrize("target", LISTS)
def test_the_limit_of_the_next_page_may_be_another_one(world: World, target: str) -> None:
    first = world.call(with_query(target, limit="1")).json
    if first["next"] is not None:
        rest = world.call(with_query(target, limit="100", cursor=first["next"])).json
        assert [*first["items"], *rest["items"]] == world.call(target).json["items"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/images", "/images?severity=low"),
        ("/images", "/images?sort=size"),
        ("/images", "/vulnerabilities"),
        ("/findings", "/findings?repository=app"),
        ("/changes?since=7d", "/changes?since=8d"),
        ("/changes?since=7d", "/feed?since=7d"),
        ("/images?olderThan=1d", "/images?olderThan=2d"),
    ],
)
def test_a_cursor_of_another_question_is_refused(world: World, one: str, other: str) -> None:
    cursor = world.call(with_query(one, limit="1")).json["next"]
    answered = world.call(with_query(other, cursor=cursor))
    assert (answered.status, answered.json["errors"][0]["name"]) == (400, "cursor")


@pytest.mark.parametrize("cursor", ["", "x", "ü", "e30", "W10", "bnVsbA==", "=" * 9, "x" * 10_000])
def test_what_is_no_cursor_is_refused(world: World, cursor: str) -> None:
    for target in ("/images", "/findings", "/vulnerabilities", "/changes", "/feed"):
        answered = world.call(with_query(target, cursor=cursor))
        assert (answered.status, answered.json["errors"][0]["name"]) == (400, "cursor"), target


@pytest.mark.parametrize("target", ["/images", "/findings", "/vulnerabilities", "/changes?since=7d"])
def test_a_cursor_of_the_snapshot_before_is_gone(
    world: World, target: str, monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotInventory
) -> None:
    cursor = world.call(with_query(target, limit="1")).json["next"]
    monkeypatch.setattr(snapshot, "info", replace(snapshot.info, id="snapshot-2"))
    answered = world.call(with_query(target, limit="1", cursor=cursor))
    assert (answered.status, answered.headers["content-type"]) == (410, "application/problem+json")
    assert answered.json["errors"][0]["name"] == "cursor"


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "many", "1.5", ""])
def test_a_limit_has_bounds(world: World, limit: str) -> None:
    for target in ("/images", "/findings", "/vulnerabilities", "/changes", "/feed"):
        (error,) = world.call(f"{target}?limit={limit}").json["errors"]
        assert (error["name"], error["allowed"]) == ("limit", "a whole number from 1 to 1000")


def test_one_call_has_one_snapshot(world: World) -> None:
    asked: list[int] = []
    inventory = world.inventory

    def counted() -> object:
        asked.append(1)
        return inventory()

    world.inventory = counted  # type: ignore[method-assign, assignment]
    for target in ("/images?format=csv", "/findings?format=csv", "/feed", "/changes", "/summary?scope=registry"):
        asked.clear()
        assert world.call(target).status == 200
        assert asked == [1], target


def test_the_moment_of_the_snapshot_counts_not_that_of_the_call(world: World) -> None:
    world.now = NOW + timedelta(days=10)
    assert world.call("/images?olderThan=35d").json["total"] == 0
