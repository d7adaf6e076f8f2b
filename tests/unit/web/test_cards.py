"""What the page needs besides the records: cards to act on, sums of changes, addresses of large downloads."""

from dataclasses import replace
from itertools import repeat

import pytest

from ecr_scan_reporter.web import encoding
from ecr_scan_reporter.web.encoding import encode
from ecr_scan_reporter.web.messages import Request, Response
from tests.unit.web.world import IMAGES, LOG4J, World

ADDRESS = "https://bucket.example/x"


def test_a_card_says_what_to_update_and_where_the_image_is(world: World) -> None:
    digest = IMAGES[0].image.id.digest
    cards = world.call(f"/images/{digest}?repository=test/ubuntu").json["items"]
    card = next(each for each in cards if each["region"] == "us-west-2")
    assert card["imageUri"] == f"123456789012.dkr.ecr.us-west-2.amazonaws.com/test/ubuntu@{digest}"
    assert card["consoleUrl"].startswith("https://us-west-2.console.aws.amazon.com/ecr/repositories/private/")
    first = card["updates"][0]
    assert (first["package"], first["version"], first["fixedIn"]) == ("log4j-core", "2.14", "2.17")
    assert first["vulnerabilities"] == [LOG4J]
    assert first["counts"]["MEDIUM"] == 1


def test_a_suppressed_finding_needs_no_update(world: World) -> None:
    (card,) = world.call(f"/images/{IMAGES[1].image.id.digest}").json["items"]
    assert [each["suppressedBy"] for each in card["findings"]] == ["no-curl-20"]
    assert card["updates"] == []


def test_the_sums_of_changes_are_those_of_all_pages(world: World) -> None:
    page = world.call("/changes?since=7d&limit=1").json
    assert (page["total"], len(page["items"])) == (2, 1)
    assert page["sums"]["new"]["CRITICAL"] == 1
    assert page["sums"]["fixed"]["HIGH"] == 2
    assert page["sums"]["firstScans"] == 0


@pytest.mark.parametrize("body", [b"x" * 2_000, list(repeat("x", 2_000))], ids=["bytes", "pieces"])
def test_the_page_gets_the_address_of_what_is_too_large(
    monkeypatch: pytest.MonkeyPatch, body: bytes | list[str]
) -> None:
    monkeypatch.setattr(encoding, "MAX_BODY", 1_000)
    request = Request("GET", "/images")
    response = Response(body=body, file_name="images.csv")
    elsewhere = encode(response, request, lambda *_: ADDRESS)
    assert (elsewhere.status, elsewhere.headers["location"]) == (303, ADDRESS)
    of_page = encode(response, replace(request, headers={"x-requested-with": "page"}), lambda *_: ADDRESS)
    assert (of_page.status, of_page.body) == (200, b'{"location": "https://bucket.example/x"}')
    assert of_page.headers["content-type"] == "application/json"
