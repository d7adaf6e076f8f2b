from dataclasses import replace
from datetime import timedelta, timezone

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import ImageFindings
from ecr_scan_reporter.domain.inventory.exports.vex import vex_of_images
from ecr_scan_reporter.domain.suppressions.kinds import SuppressionKind
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from tests.unit.domain.inventory.exports.samples import ANY_FINDING, FINDING, IMAGE, image_with
from tests.unit.domain.suppressions.openvex import SCHEMA
from tests.unit.samples import NOW, digest

ACCEPTED = Suppression("accepted", "CVE-*", "not reachable", None, "alice", NOW - timedelta(days=1), tag="1.1")
UNREACHABLE = replace(ACCEPTED, kind=SuppressionKind.NOT_AFFECTED)
OTHER = replace(FINDING, name="CVE-1", suppressed_by="")


def test_the_document_names_the_images_of_the_filter_in_which_a_suppression_matches() -> None:
    images = [image_with(FINDING, OTHER, number=1), image_with(FINDING, number=2)]
    document = vex_of_images(images, [UNREACHABLE], now=NOW)
    assert document is not None
    jsonschema.validate(document, SCHEMA)
    assert [statement["vulnerability"]["name"] for statement in document["statements"]] == ["CVE-1", "CVE-2023-38545"]
    for statement in document["statements"]:
        [product] = statement["products"]
        assert product["@id"].startswith(f"pkg:oci/app@{digest(1)}?repository_url=123456789012.dkr.ecr.")
        assert (statement["status"], statement["impact_statement"]) == ("not_affected", "not reachable")
    assert document["author"] == "alice"


def test_an_accepted_risk_affects_the_images() -> None:
    document = vex_of_images([image_with(FINDING)], [ACCEPTED], now=NOW)
    assert document is not None
    jsonschema.validate(document, SCHEMA)
    (statement,) = document["statements"]
    assert (statement["status"], "impact_statement" in statement) == ("affected", False)
    assert statement["action_statement"] == "Risk accepted without end: not reachable"


def test_the_author_may_be_given() -> None:
    document = vex_of_images([image_with(FINDING)], [ACCEPTED], now=NOW, author="security@example.com")
    assert document is not None
    assert document["author"] == "security@example.com"


def test_there_is_no_document_where_nothing_is_suppressed_today() -> None:
    ended = replace(ACCEPTED, until=NOW.date() - timedelta(days=1))
    assert vex_of_images([image_with(FINDING)], [ended], now=NOW) is None
    assert vex_of_images([image_with(FINDING, number=2)], [ACCEPTED], now=NOW) is None
    assert vex_of_images([], [ACCEPTED], now=NOW) is None


def test_a_suppression_holds_until_the_end_of_its_day_in_utc() -> None:
    last = replace(ACCEPTED, until=NOW.date())
    late = NOW.replace(hour=23).astimezone(timezone(timedelta(hours=2)))
    assert vex_of_images([image_with(FINDING)], [last], now=late) is not None


@given(st.lists(ANY_FINDING, max_size=3))
def test_the_document_keeps_to_its_shape_whatever_the_findings_are(findings: list[Finding]) -> None:
    images = [ImageFindings(IMAGE, tuple(findings))]
    document = vex_of_images(images, [replace(ACCEPTED, cve="*", tag=None)], now=NOW)
    if document is not None:
        jsonschema.validate(document, SCHEMA)
