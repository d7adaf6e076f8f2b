"""Whole lists as downloads: CSV, NDJSON, Markdown, SARIF."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from ecr_scan_reporter.web.routes import ROUTES
from tests.not_empty import not_empty
from tests.unit.domain.inventory.exports.sarif_schema import violations
from tests.unit.snapshot.registries import MadeRegistry
from tests.unit.web.world import CURL, IMAGES, LOG4J, World, image, opened_registry

PATHS = {"digest": IMAGES[0].image.id.digest, "id": LOG4J}
TABLES = not_empty(
    [
        (route.path.format(**PATHS), each.type)
        for route in ROUTES
        for each in route.contents
        if any(parameter.name == "format" for parameter in route.parameters)
    ]
)
FORMATS = {
    "text/csv; charset=utf-8": ("csv", "csv"),
    "application/x-ndjson": ("ndjson", "ndjson"),
    "text/markdown; charset=utf-8": ("markdown", "md"),
    "application/sarif+json": ("sarif", "sarif"),
}


@pytest.mark.parametrize(("path", "content_type"), [each for each in TABLES if each[1] in FORMATS])
def test_every_list_is_a_download_in_each_of_its_formats(world: World, path: str, content_type: str) -> None:
    name, extension = FORMATS[content_type]
    answered = world.call(f"{path}?format={name}")
    assert (answered.status, answered.headers["content-type"]) == (200, content_type)
    disposition = answered.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="')
    assert disposition.endswith(f'-2026-11-21.{extension}"')


def test_csv_and_ndjson_have_all_items_whatever_the_page(world: World) -> None:
    items = world.call("/images").json["items"]
    rows = list(csv.DictReader(io.StringIO(world.call("/images?format=csv&limit=1").text)))
    lines = [json.loads(line) for line in world.call("/images?format=ndjson&limit=1").text.splitlines()]
    assert [row["imageDigest"] for row in rows] == [each["imageDigest"] for each in items]
    assert lines == items


def test_a_download_is_filtered_and_sorted_as_the_list_is(world: World) -> None:
    query = "repository=test/*&sort=repository&suppressed=included&severity=critical"
    lines = [json.loads(line) for line in world.call(f"/images?{query}&format=ndjson").text.splitlines()]
    assert lines == world.call(f"/images?{query}").json["items"]
    assert len(lines) == 2
    found = world.call("/findings?package=curl&format=csv").text
    assert found.count(CURL) == 1


def test_markdown_shows_untrusted_texts_as_texts(world: World) -> None:
    text = world.call("/images?format=markdown").text
    assert "&lt;script&gt;" in text
    assert "<script>" not in text


def test_sarif_is_valid(world: World) -> None:
    content = world.call("/images?format=sarif").json
    assert violations(content) == []
    assert len(content["runs"]) == 6


@pytest.mark.parametrize("query", ["severity=critical", "exploited=true", "repository=app", "repository=nothing"])
def test_sarif_has_the_images_of_the_list(world: World, query: str) -> None:
    runs = world.call(f"/images?{query}&format=sarif").json["runs"]
    listed = world.call(f"/images?{query}").json["items"]
    places = [{(each["region"], each["imageDigest"]) for each in found} for found in (listed, _properties(runs))]
    assert places[0] == places[1]
    assert all(run["results"] for run in runs) == (query != "repository=app")


def _properties(runs: list[Any]) -> list[Any]:
    return [run["properties"] for run in runs]


@pytest.fixture
def many(tmp_path: Path) -> Iterator[SnapshotInventory]:
    """Return more images than a file of SARIF takes."""
    images = [image("app", number, LOG4J, tags=(str(number),)) for number in range(21)]
    with opened_registry(tmp_path, MadeRegistry(images)) as inventory:
        yield inventory


def test_more_than_a_file_of_sarif_takes_is_refused_and_not_cut(
    many: SnapshotInventory,
) -> None:
    answered = World(many).call("/images?format=sarif")
    assert (answered.status, answered.json["errors"][0]["name"]) == (400, "format")
    assert "20 at most" in answered.json["detail"]
    assert len(World(many).call("/images?format=sarif&tag=1*").json["runs"]) == 11


@pytest.mark.parametrize(
    ("target", "allowed"),
    [
        ("/images?format=xml", "one of json, ndjson, csv, markdown, sarif"),
        ("/vulnerabilities?format=sarif", "one of json, ndjson, csv, markdown"),
        ("/suppressions?format=csv", "one of state"),
    ],
)
def test_a_format_that_is_not_offered_is_refused(world: World, target: str, allowed: str) -> None:
    (error,) = world.call(target).json["errors"]
    assert error["allowed"] == allowed


def test_the_name_of_a_download_is_safe_in_a_header(world: World) -> None:
    disposition = world.call(f"/vulnerabilities/{LOG4J}?format=csv").headers["content-disposition"]
    assert disposition == f'attachment; filename="{LOG4J}-2026-11-21.csv"'
