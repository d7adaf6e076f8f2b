"""The JSON document, and the exports that the inventory has too."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN
from ecr_scan_reporter.domain.gate.checks import AppliedRule, Check, CheckedImage
from ecr_scan_reporter.domain.gate.documents import check_document
from ecr_scan_reporter.domain.gate.exports import image_findings
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.gate.checks import CRITICAL, HIGH, check, checked, rule
from tests.unit.samples import SCANNED_IMAGE, result_of

ALL = Severity.UNTRIAGED


def test_the_document_has_the_verdict_and_each_condition() -> None:
    applied = (AppliedRule(rule(), 2, is_ignored=True),)
    document = check_document(check(checked(CRITICAL, HIGH), applied=applied), ALL)
    assert (document["verdict"], document["image"], document["baseline"]) == ("againstPolicy", "team/app:1.2", None)
    assert document["policy"]["conditions"] == ["critical=1", "exploited=1"]
    assert (document["suppressions"][0]["id"], document["suppressions"][0]["findings"]) == ("ours", 2)
    (image,) = document["images"]
    assert image["conditions"] == [
        {"condition": "critical=1", "findings": 1, "limit": 1, "isBreached": True, "unknown": ""},
        {"condition": "exploited=1", "findings": 0, "limit": 1, "isBreached": False, "unknown": ""},
    ]
    assert [(each["name"], each["breaches"]) for each in image["findings"]] == [("CVE-1", ["critical"]), ("CVE-2", [])]
    assert (image["counts"]["CRITICAL"], image["counts"]["HIGH"]) == (1, 1)


SCHEMA = json.loads(Path("docs/image-check.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "found",
    [
        check(checked(CRITICAL, HIGH), applied=(AppliedRule(rule(), 2, is_ignored=True),), baseline="team/app:1.1"),
        check(checked(HIGH, exploits=NOTHING_KNOWN), exploits=NOTHING_KNOWN),
        check(CheckedImage(SCANNED_IMAGE, platform="linux/arm64", problem="archived"), checked()),
        check(problem="there is no image"),
    ],
)
def test_the_document_keeps_to_its_published_schema_which_has_every_member(found: Check) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    document = check_document(found, ALL)
    jsonschema.validate(document, SCHEMA)
    assert document.keys() == SCHEMA["properties"].keys()
    for image in document["images"]:
        assert image.keys() == SCHEMA["$defs"]["image"]["properties"].keys()


def test_numbers_of_an_image_without_a_result_are_null_and_not_zero() -> None:
    (image,) = check_document(check(CheckedImage(SCANNED_IMAGE, problem="archived")), ALL)["images"]
    assert (image["verdict"], image["counts"], image["scan"], image["suppressed"]) == ("notScanned", None, None, None)


def test_the_level_of_the_report_leaves_out_findings_and_not_counts() -> None:
    (image,) = check_document(check(checked(CRITICAL, HIGH)), Severity.CRITICAL)["images"]
    assert ([each["name"] for each in image["findings"]], image["counts"]["HIGH"]) == (["CVE-1"], 1)


def test_sarif_has_what_is_not_new_too_and_never_what_is_suppressed() -> None:
    known = replace(HIGH, name="CVE-7")
    hidden = replace(HIGH, name="CVE-8", suppressed_by="ours")
    image = checked(CRITICAL, result=result_of(CRITICAL, known, hidden))
    names = [
        [finding.name for finding in each.findings]
        for is_counted in (True, False)
        for each in image_findings(check(image), ALL, only_counted=is_counted)
    ]
    assert names == [["CVE-1"], ["CVE-1", "CVE-7"]]


def test_an_image_without_a_result_is_in_no_export() -> None:
    assert list(image_findings(check(CheckedImage(SCANNED_IMAGE)), ALL, only_counted=False)) == []
