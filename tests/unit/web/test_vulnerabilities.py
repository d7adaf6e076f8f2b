"""`/vulnerabilities`, one of them, and `/findings`: where is it."""

import pytest

from tests.unit.web.world import CURL, HTML, LOG4J, World


def test_each_vulnerability_is_there_once_the_most_important_first(world: World) -> None:
    content = world.call("/vulnerabilities").json
    assert [each["vulnerability"] for each in content["items"]] == [LOG4J, CURL, HTML]
    log4j = content["items"][0]
    assert (log4j["images"], log4j["packages"], log4j["fixedIn"]) == (3, ["log4j-core"], ["2.17"])
    assert (log4j["isExploited"], log4j["knownExploited"]["added"], log4j["epss"]) == (True, "2026-11-20", 0.97)
    assert (content["items"][1]["images"], content["items"][1]["suppressedImages"]) == (1, 1)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("cve=cve-2021-*", {LOG4J}),
        ("package=cur*", {CURL}),
        ("exploited=true", {LOG4J}),
        ("fixable=false", {CURL, HTML}),
        ("severity=medium", {LOG4J, CURL}),
        ("tag=20.04", set()),
        ("tag=20.04&suppressed=only", {CURL}),
        ("repository=app", {LOG4J}),
        ("owner=team", {LOG4J}),
    ],
)
def test_a_filter_leaves_some(world: World, query: str, expected: set[str]) -> None:
    content = world.call(f"/vulnerabilities?{query}").json
    assert {each["vulnerability"] for each in content["items"]} == expected
    assert content["total"] == len(expected)
    found = world.call(f"/findings?{query}").json
    assert {each["vulnerability"] for each in found["items"]} == expected


@pytest.mark.parametrize("name", [LOG4J, LOG4J.lower()])
def test_one_vulnerability_is_where_it_is(world: World, name: str) -> None:
    content = world.call(f"/vulnerabilities/{name}").json
    assert (content["vulnerability"]["vulnerability"], content["total"]) == (LOG4J, 3)
    places = {(each["region"], each["repository"]) for each in content["items"]}
    assert places == {("us-west-2", "test/ubuntu"), ("eu-west-1", "test/ubuntu"), ("us-west-2", "app")}
    assert {each["fixedIn"] for each in content["items"]} == {"2.17"}


def test_where_it_is_is_filtered_too(world: World) -> None:
    content = world.call(f"/vulnerabilities/{LOG4J}?repository=app").json
    assert (content["total"], content["vulnerability"]["images"]) == (1, 1)
    assert [each["repository"] for each in content["items"]] == ["app"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/vulnerabilities/CVE-1999-1", 404),
        (f"/vulnerabilities/{CURL}?repository=app", 404),
        ("/vulnerabilities/CVE-*", 400),
        (f"/vulnerabilities/{LOG4J}?cve={CURL}", 400),
        ("/findings?cve=", 400),
    ],
)
def test_a_vulnerability_that_is_nowhere_or_several(world: World, path: str, status: int) -> None:
    assert world.call(path).status == status


def test_a_package_is_found_in_its_images(world: World) -> None:
    items = world.call("/findings?package=log4j*&repository=test/*").json["items"]
    assert [(each["repository"], each["package"], each["version"]) for each in items] == [
        ("test/ubuntu", "log4j-core", "2.14"),
        ("test/ubuntu", "log4j-core", "2.14"),
    ]
