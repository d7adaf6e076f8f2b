"""JUnit XML as GitLab, CodeBuild and Jenkins read it."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN
from ecr_scan_reporter.domain.gate.checks import Check, CheckedImage
from ecr_scan_reporter.domain.gate.junit import MAX_CASES, junit_document
from tests.unit.domain.gate.checks import CRITICAL, EXPLOITED, HIGH, check, checked, policy
from tests.unit.samples import SCANNED_IMAGE

# Elements in their order, and attributes that must be there: what the schemas named in the module have in common.
CHILDREN = {
    "testsuites": ["testsuite"],
    "testsuite": ["properties", "testcase", "system-out", "system-err"],
    "properties": ["property"],
    "testcase": ["failure", "error"],
}
REQUIRED = {
    "testsuite": ["name", "package", "id", "hostname", "timestamp", "tests", "failures", "errors", "time"],
    "testcase": ["name", "classname", "time"],
    "property": ["name", "value"],
    "failure": ["type"],
    "error": ["type"],
}


def validate(element: ET.Element) -> None:
    """Check an element and all in it."""
    places = [CHILDREN.get(element.tag, []).index(child.tag) for child in element]
    assert places == sorted(places)
    assert all(element.get(name) for name in REQUIRED.get(element.tag, []))
    for child in element:
        validate(child)


def suites(found: Check) -> list[ET.Element]:
    root = ET.fromstring(junit_document(found))
    validate(root)
    for suite in root:
        cases = suite.findall("testcase")
        counts = (len(cases), len(suite.findall("testcase/failure")), len(suite.findall("testcase/error")))
        assert tuple(int(suite.get(name, "")) for name in ("tests", "failures", "errors")) == counts
    return list(root)


def cases(suite: ET.Element) -> dict[str, str]:
    """Return each case with what became of it."""
    return {case.get("name", ""): next((child.tag for child in case), "passed") for case in suite.findall("testcase")}


def test_a_passing_image_has_a_case_for_its_scan_and_each_condition() -> None:
    (suite,) = suites(check(checked(HIGH)))
    assert cases(suite) == {
        "scan": "passed",
        "condition critical=1": "passed",
        "condition exploited=1": "passed",
    }


def test_each_finding_that_fails_the_gate_is_a_failure() -> None:
    (suite,) = suites(check(checked(CRITICAL, EXPLOITED, HIGH)))
    assert cases(suite) == {
        "scan": "passed",
        "condition critical=1": "failure",
        "condition exploited=1": "failure",
        "CVE-1 in openssl 1.1.1": "failure",
        "CVE-4 in zlib 1.2": "failure",
    }


def test_what_is_no_verdict_is_an_error_and_no_failure() -> None:
    (suite,) = suites(check(checked(HIGH, exploits=NOTHING_KNOWN)))
    assert cases(suite)["condition exploited=1"] == "error"
    (suite,) = suites(check(CheckedImage(SCANNED_IMAGE, problem="it is archived")))
    assert cases(suite) == {"scan": "error"}
    (suite,) = suites(check(problem="there is no image"))
    assert cases(suite) == {"scan": "error"}


def test_a_condition_that_nobody_asked_for_is_no_error() -> None:
    default = policy(is_explicit=False)
    (suite,) = suites(check(checked(HIGH, by=default, exploits=NOTHING_KNOWN), policy=default))
    assert set(cases(suite).values()) == {"passed"}


def test_an_index_has_a_suite_for_each_image() -> None:
    found = suites(check(checked(HIGH, platform="linux/amd64"), checked(CRITICAL, platform="linux/arm64")))
    assert [suite.get("name") for suite in found] == ["team/app:1.2 (linux/amd64)", "team/app:1.2 (linux/arm64)"]


def test_more_findings_than_anybody_reads_are_counted() -> None:
    findings = [replace(CRITICAL, name=f"CVE-{number}") for number in range(MAX_CASES + 5)]
    (suite,) = suites(check(checked(*findings)))
    assert "further findings" in cases(suite)
    assert "and 5 further findings" in junit_document(check(checked(*findings)))


@pytest.mark.parametrize("text", ["\x00\x1b[31m", "\ud800", "\ufffe", "]]>", '<"&>', "a\nb"])
def test_hostile_text_leaves_the_document_well_formed(text: str) -> None:
    finding = replace(CRITICAL, name=f"CVE-{text}", package=text, description=text, uri=text)
    suites(check(checked(finding)))


@given(st.text(st.characters(), max_size=30))
def test_any_text_leaves_the_document_well_formed(text: str) -> None:
    suites(check(checked(replace(CRITICAL, name=text or "x", description=text)), problem=text))
