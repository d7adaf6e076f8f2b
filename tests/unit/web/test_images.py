"""`/images`, and one image."""

import pytest

from tests.unit.web.world import CURL, HTML, IMAGES, LOG4J, World

UBUNTU, FOCAL, CENTOS, ELSEWHERE, APP, BARE = (each.image.id for each in IMAGES)


def test_images_come_with_the_snapshot_and_the_most_important_first(world: World) -> None:
    content = world.call("/images").json
    assert content.keys() == {"snapshot", "total", "items", "next"}
    assert (content["snapshot"]["id"], content["snapshot"]["builtAt"]) == ("snapshot-1", "2026-11-21T12:00:00Z")
    assert (content["total"], len(content["items"]), content["next"]) == (6, 6, None)
    first = content["items"][0]
    assert (first["repository"], first["imageDigest"], first["imageTags"]) == (
        "test/ubuntu",
        UBUNTU.digest,
        ["16.04", "latest"],
    )
    assert (first["counts"]["CRITICAL"], first["exploited"], first["fixable"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("repository=test/*", 4),
        ("repository=app", 2),
        ("tag=16.*", 2),
        ("tag=<script>", 1),
        ("owner=team", 2),
        ("severity=critical", 1),
        ("severity=CRITICAL&suppressed=included", 2),
        ("severity=low", 3),
        ("exploited=true", 3),
        ("exploited=false", 3),
        ("fixable=true", 3),
        ("overdue=true", 1),
        ("suppressed=only&severity=critical", 1),
        ("status=current", 6),
        ("status=current&status=failed", 6),
        ("status=failed", 0),
        (f"digest={UBUNTU.digest[:20]}", 2),
        ("olderThan=29d", 6),
        ("olderThan=31d", 0),
        ("newerThan=29d", 0),
        ("newerThan=31d", 6),
        ("unused=1m", 0),
        ("inUse=true", 0),
        ("repository=nothing", 0),
    ],
)
def test_a_filter_leaves_some(world: World, query: str, expected: int) -> None:
    content = world.call(f"/images?{query}").json
    assert (content["total"], len(content["items"])) == (expected, expected)


def test_images_are_sorted_as_asked(world: World) -> None:
    names = [each["repository"] for each in world.call("/images?sort=repository").json["items"]]
    assert names == sorted(names)
    assert world.call("/images?sort=colour").status == 400


def test_one_image_has_its_findings_also_suppressed_ones(world: World) -> None:
    content = world.call(f"/images/{FOCAL.digest}").json
    (card,) = content["items"]
    assert (content["total"], card["repository"], card["imageTags"]) == (1, "test/ubuntu", ["20.04"])
    assert [(each["vulnerability"], each["suppressedBy"]) for each in card["findings"]] == [(CURL, "no-curl-20")]


def test_the_beginning_of_a_digest_is_enough(world: World) -> None:
    content = world.call(f"/images/{APP.digest[:20]}").json
    assert [each["imageDigest"] for each in content["items"]] == [APP.digest]


def test_a_digest_in_several_places_is_narrowed_by_the_repository(world: World) -> None:
    assert UBUNTU.digest == ELSEWHERE.digest
    both = world.call(f"/images/{UBUNTU.digest}?repository=test/ubuntu").json["items"]
    assert {each["region"] for each in both} == {"us-west-2", "eu-west-1"}
    assert world.call(f"/images/{UBUNTU.digest}?repository=test/centos").status == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {LOG4J, CURL, HTML}),
        ("severity=medium", {LOG4J, CURL}),
        ("fixable=true", {LOG4J}),
        ("exploited=false", {CURL, HTML}),
    ],
)
def test_the_findings_of_an_image_are_filtered(world: World, query: str, expected: set[str]) -> None:
    cards = world.call(f"/images/{UBUNTU.digest}?{query}").json["items"]
    (card,) = [each for each in cards if each["region"] == "us-west-2"]
    assert {each["vulnerability"] for each in card["findings"]} == expected


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/images/sha256:{'0' * 64}", 404),
        (f"/images/{UBUNTU.digest}?repository=nothing", 404),
        ("/images/sha256:", 400),
        ("/images/nonsense", 400),
        (f"/images/{UBUNTU.digest}?limit=1", 400),
    ],
)
def test_an_image_that_is_not_there_or_not_named_well(world: World, path: str, status: int) -> None:
    assert world.call(path).status == status
