"""`/findings/{id}` and `/feed`: what feed readers see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import fromstring

import feedparser
import pytest

from ecr_scan_reporter.domain.registry.partitions import console_url
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from tests.unit.snapshot.registries import MadeRegistry
from tests.unit.web.atom_rules import broken_rules, entries_of, links, text
from tests.unit.web.world import CURL, HTML, IMAGES, LOG4J, READ, UBUNTU, World, image, opened_registry

FINDINGS = f"/findings/{UBUNTU.id}"
FEEDS = [
    FINDINGS,
    f"{FINDINGS}?limit=1",
    "/feed",
    "/feed?since=7d",
    "/feed?since=7d&limit=1",
    "/feed?repository=nothing",
]
IMAGE = IMAGES[0].image.id


def feed(world: World, target: str) -> bytes:
    """Return a feed, as a reader gets it."""
    answered = world.call(target, token=READ)
    assert (answered.status, answered.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    return answered.body


def pages(world: World, target: str) -> list[bytes]:
    """Return all pages of a feed."""
    found = [feed(world, target)]
    while following := links(fromstring(found[-1])).get("next"):
        found.append(feed(world, following.removeprefix("https://api")))
    return found


def titles(document: bytes) -> list[str]:
    """Return the titles of the entries of a feed."""
    return [text(each, "title") for each in entries_of(document).values()]


@pytest.mark.parametrize("target", FEEDS)
def test_a_feed_keeps_the_rules(world: World, target: str) -> None:
    document = feed(world, target)
    assert broken_rules(document) == []
    parsed = feedparser.parse(document)
    assert not parsed.bozo
    assert len(parsed.entries) == len(entries_of(document))


@pytest.mark.parametrize("target", FEEDS)
def test_a_feed_is_the_same_however_often_it_is_asked_for(world: World, target: str) -> None:
    before = feed(world, target)
    world.now += timedelta(hours=1)
    assert feed(world, target) == before


def test_a_later_build_of_the_same_registry_has_the_same_entries(world: World, tmp_path: Path) -> None:
    with opened_registry(tmp_path) as inventory:
        later = World(inventory)
        for target in FEEDS:
            assert feed(later, target) == feed(world, target)


def test_a_feed_says_whose_it_is_and_where(world: World) -> None:
    root = fromstring(feed(world, f"{FINDINGS}?limit=1"))
    assert text(root, "title") == "ECR repository test/ubuntu in us-west-2"
    assert text(root, "subtitle") == "[16.04 18.04]"
    found = links(root)
    assert found["self"] == f"https://api{FINDINGS}?limit=1"
    assert found["alternate"].startswith("https://us-west-2.console.aws.amazon.com/ecr/repositories/private/")
    assert found["next"].startswith(f"https://api{FINDINGS}?limit=1&cursor=")


def test_a_finding_is_an_entry_as_in_the_sample(world: World) -> None:
    entries = {text(each, "title"): each for each in entries_of(feed(world, FINDINGS)).values()}
    assert entries.keys() == {
        f"[MEDIUM] in image test/ubuntu:16.04 found {LOG4J}",
        f"[CRITICAL] in image test/ubuntu:16.04 found {CURL}",
        f"[LOW] in image test/ubuntu:16.04 found {HTML}",
    }
    entry = entries[f"[MEDIUM] in image test/ubuntu:16.04 found {LOG4J}"]
    where = f"{quote('test/ubuntu', safe='')}@{IMAGE.digest}"
    assert text(entry, "id") == (
        f"tag:123456789012.dkr.ecr.us-west-2.amazonaws.com,2019:{where}/{LOG4J}/log4j-core/2.14"
    )
    assert links(entry) == {"alternate": "https://example.com/log4j"}
    assert text(entry, "summary").startswith("Remote code execution (exploited (KEV)")


def test_an_entry_is_as_old_as_what_it_says(world: World) -> None:
    updated = {
        text(each, "title").rpartition(" ")[2]: text(each, "updated")
        for each in entries_of(feed(world, FINDINGS)).values()
    }
    # The first two were seen 20 days ago; the third entered KEV since.
    assert updated == {
        CURL: "2026-11-01T00:00:00Z",
        HTML: "2026-11-01T00:00:00Z",
        LOG4J: "2026-11-20T00:00:00Z",
    }


def test_untrusted_texts_stay_texts(world: World) -> None:
    document = feed(world, FINDINGS)
    assert b"<script" not in document
    assert b"&amp;lt;script&amp;gt;" in document
    assert b"\x0b" not in document
    assert b"javascript:" not in document
    news = feed(world, "/feed?since=7d")
    assert b"<script" not in news
    assert any("<script>" in title for title in titles(news))


def test_suppressed_findings_are_left_out(world: World) -> None:
    world.configs.stored[UBUNTU.id] = replace(UBUNTU, tags=("20.04",))
    assert titles(feed(world, FINDINGS)) == []
    world.configs.stored[UBUNTU.id] = replace(UBUNTU, tags=None)
    assert len(titles(feed(world, FINDINGS))) == 3


def test_only_what_the_configuration_names_is_in_its_feed(world: World) -> None:
    world.configs.stored[UBUNTU.id] = replace(UBUNTU, region="eu-west-1")
    (title,) = titles(feed(world, FINDINGS))
    assert title == f"[MEDIUM] in image test/ubuntu:16.04 found {LOG4J}"
    world.configs.stored[UBUNTU.id] = replace(UBUNTU, registry="210987654321")
    assert titles(feed(world, FINDINGS)) == []


def test_the_feed_of_an_unknown_configuration_is_404(world: World) -> None:
    assert world.call("/findings/2f66c1a2-63ad-4d4c-8dd8-2f4d9b6c2b7e").status == 404
    assert world.call("/findings/unknown").status == 404


@pytest.mark.parametrize("target", [f"{FINDINGS}?limit=1", "/feed?since=7d&limit=1"])
def test_all_pages_together_have_every_entry_once_the_latest_first(world: World, target: str) -> None:
    found = pages(world, target)
    assert len(found) == 3
    assert all(broken_rules(page) == [] for page in found)
    entries = [each for page in found for each in entries_of(page).values()]
    whole = entries_of(feed(world, target.replace("limit=1", "limit=100")))
    assert {text(each, "id") for each in entries} == whole.keys()
    updated = [text(each, "updated") for each in entries]
    assert updated == sorted(updated, reverse=True)


@pytest.fixture
def many(tmp_path: Path) -> Iterator[SnapshotInventory]:
    """Return more images than the inventory lists at a time."""
    images = [image("test/ubuntu", number, LOG4J, HTML, tags=(f"t{number}",)) for number in range(300)]
    with opened_registry(tmp_path, MadeRegistry(images)) as inventory:
        yield inventory


def test_a_configuration_of_many_images_has_all_their_findings(many: SnapshotInventory) -> None:
    world = World(many)
    world.configs.stored[UBUNTU.id] = replace(UBUNTU, tags=None)
    found = pages(world, f"{FINDINGS}?limit=250")
    assert sum(len(entries_of(page)) for page in found) == 600
    assert len({id_ for page in found for id_ in entries_of(page)}) == 600


def test_the_news_are_what_is_new_what_is_resolved_and_what_entered_kev(world: World) -> None:
    document = feed(world, "/feed?since=7d")
    assert titles(document) == [
        "test/ubuntu:16.04: 1 critical new",
        f"EXPLOITED: {LOG4J} in 3 images",
        "app:<script>: 2 high resolved",
    ]
    new, exploited, resolved = entries_of(document).values()
    assert (text(new, "updated"), text(new, "summary")) == ("2026-11-21T09:00:00Z", CURL)
    assert links(new) == {"alternate": console_url(IMAGE)}
    assert (text(exploited, "updated"), text(resolved, "updated")) == ("2026-11-20T00:00:00Z", "2026-11-18T12:00:00Z")
    assert text(fromstring(document), "updated") == text(new, "updated")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 3),
        ("since=2d", 2),
        ("since=1h", 0),
        ("until=1d", 2),
        ("since=7d&repository=app", 2),
        ("since=7d&repository=test/*", 2),
        ("since=7d&owner=team", 2),
        ("since=7d&severity=critical", 1),
        ("since=7d&severity=medium&repository=app", 2),
        ("since=7d&exploited=true", 3),
        ("since=7d&exploited=false", 0),
        ("since=7d&fixable=true", 3),
        ("since=7d&tag=20.04", 0),
        ("since=7d&status=failed", 0),
    ],
)
def test_the_news_take_the_filters_of_images(world: World, query: str, expected: int) -> None:
    assert len(titles(feed(world, f"/feed?{query}"))) == expected


def test_feeds_with_other_filters_are_other_feeds(world: World) -> None:
    ids = [
        text(fromstring(feed(world, target)), "id") for target in ("/feed", "/feed?severity=high", "/feed?owner=team")
    ]
    assert len(set(ids)) == 3
    assert text(fromstring(feed(world, "/feed?limit=1")), "id") == ids[0]


def test_a_feed_without_entries_is_as_old_as_its_source(world: World) -> None:
    assert text(fromstring(feed(world, "/feed?repository=nothing")), "updated") == "2026-11-21T12:00:00Z"
