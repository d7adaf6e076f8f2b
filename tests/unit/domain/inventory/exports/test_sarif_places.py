import re
from dataclasses import replace

import pytest
from hypothesis import given

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import InventoryImage
from ecr_scan_reporter.domain.inventory.exports.sarif_places import category, fingerprints, image_uri
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.inventory.exports.samples import ANY_IMAGE, FINDING, IMAGE
from tests.unit.domain.inventory.exports.sarif_schema import RELATIVE_URI
from tests.unit.samples import DIGEST, REPOSITORY

PLACE = "ecr/123456789012/eu-west-1/"


@pytest.mark.parametrize(
    ("repository", "tags", "uri"),
    [
        ("team/app", ("latest", "1.2"), "team/app:1.2"),
        ("app", ("latest",), "app:latest"),
        ("team/app", (), f"team/app@{DIGEST}"),
        ("a b", ("x:y/z",), "a%20b:x%3Ay%2Fz"),
        ("ä", ("%",), "%C3%A4:%25"),
        ("a@b", ("\ud800",), "a%40b:%3F"),
    ],
)
def test_the_uri_of_an_image_names_it_without_spaces(repository: str, tags: tuple[str, ...], uri: str) -> None:
    image = InventoryImage(ImageId(replace(REPOSITORY, name=repository), DIGEST), tags=tags)
    assert image_uri(image) == f"{PLACE}{uri}"


def test_an_image_has_its_category_before_the_last_slash() -> None:
    assert category(IMAGE) == f"{PLACE}team/app:1.2/"


@given(ANY_IMAGE)
def test_any_image_has_a_relative_uri(image: InventoryImage) -> None:
    assert RELATIVE_URI.fullmatch(image_uri(image))


def prints(*findings: Finding) -> list[str]:
    return fingerprints(REPOSITORY, findings)


def test_a_fingerprint_stays_when_version_severity_and_order_change() -> None:
    other = replace(FINDING, name="CVE-1")
    later = replace(FINDING, version="8", severity=Severity.LOW, score=1.0, description="new", suppressed_by="")
    [before], [of_other, after] = prints(FINDING), prints(other, later)
    assert re.fullmatch(r"[0-9a-f]{32}:1", before)
    assert before == after != of_other


def test_another_package_or_repository_has_another_fingerprint() -> None:
    [one], [other] = prints(FINDING), prints(replace(FINDING, package="libcurl4"))
    [elsewhere] = fingerprints(replace(REPOSITORY, region="us-east-1"), [FINDING])
    assert len({one, other, elsewhere}) == 3


def test_versions_of_one_package_are_numbered_by_version() -> None:
    one, two, three = (replace(FINDING, version=version) for version in ("1", "2", "3"))
    [second, first, third] = prints(two, one, three)
    assert first.endswith(":1")
    assert [second, third] == [first.replace(":1", ":2"), first.replace(":1", ":3")]


def test_a_name_that_cannot_be_encoded_has_a_fingerprint() -> None:
    assert prints(replace(FINDING, name="\ud800"))
