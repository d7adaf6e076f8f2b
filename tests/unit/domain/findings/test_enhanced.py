from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.enhanced import parse_enhanced_finding
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.severities import Severity
from tests.recorded_events import load_event

OF_EVENT: dict[str, Any] = load_event("inspector_finding")["detail"]
FIRST_SEEN = datetime(2026, 1, 31, 4, 2, 29, tzinfo=UTC)
# What ECR's API says of the same finding: the score has another name, there is no EPSS, and moments are moments.
OF_ECR: dict[str, Any] = {
    name: value for name, value in OF_EVENT.items() if name not in ("inspectorScore", "inspectorScoreDetails", "epss")
} | {"score": 7.5, "firstObservedAt": FIRST_SEEN}
COMMON: dict[str, Any] = {
    "name": "CVE-2024-6119",
    "severity": Severity.MEDIUM,
    "package": "libssl3t64",
    "version": "3.0.13-0ubuntu3.2",
    "score": 7.5,
    "uri": "https://people.canonical.com/~ubuntu-security/cve/2024/CVE-2024-6119.html",
    "description": "Applications that check the names of certificates may read an invalid memory address.",
    "also": (("openssl", "3.0.13-0ubuntu3.2"),),
    "fix_available": "YES",
    "fixed_in": "3.0.13-0ubuntu3.4",
    "exploit_available": False,
}
FACTS = sorted({*OF_EVENT, *OF_ECR})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def parse(**facts: Any) -> Finding:
    finding = parse_enhanced_finding(facts)
    assert finding is not None
    return finding


def of_packages(*packages: Any) -> Finding:
    return parse(packageVulnerabilityDetails={"vulnerabilityId": "CVE-1", "vulnerablePackages": list(packages)})


def test_a_finding_of_an_event_is_read() -> None:
    assert parse_enhanced_finding(OF_EVENT) == Finding(**COMMON, epss=0.00208)


def test_a_finding_of_ecrs_api_is_read() -> None:
    assert parse_enhanced_finding(OF_ECR) == Finding(**COMMON, first_seen_at=FIRST_SEEN)


def test_a_finding_that_tells_nothing_is_a_finding_all_the_same() -> None:
    assert parse_enhanced_finding({}) == Finding("unnamed finding", Severity.UNDEFINED)


@pytest.mark.parametrize(
    ("status", "is_left_out"),
    [("ACTIVE", False), ("CLOSED", True), ("SUPPRESSED", True), ("BRAND_NEW", False), (None, False), (7, False)],
)
def test_what_is_closed_or_suppressed_in_inspector_is_left_out(status: Any, is_left_out: bool) -> None:
    assert (parse_enhanced_finding(OF_ECR | {"status": status}) is None) is is_left_out


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        pytest.param(
            {"packageVulnerabilityDetails": {"vulnerabilityId": "CVE-1"}, "title": "T"}, "CVE-1", id="the CVE"
        ),
        pytest.param({"packageVulnerabilityDetails": {}, "title": "CVE-1 - curl"}, "CVE-1 - curl", id="the title"),
        pytest.param({"packageVulnerabilityDetails": {"vulnerabilityId": 7}}, "unnamed finding", id="neither"),
    ],
)
def test_a_finding_is_named_by_its_cve_else_by_its_title(facts: dict[str, Any], name: str) -> None:
    assert parse(**facts).name == name


@pytest.mark.parametrize(
    ("package", "version"),
    [
        pytest.param({"version": "1.2"}, "1.2", id="the version alone"),
        pytest.param({"version": "1.2", "release": "3.amzn2"}, "1.2-3.amzn2", id="with its release"),
        pytest.param({"version": "1.2", "release": "3", "epoch": 0}, "1.2-3", id="an epoch of none"),
        pytest.param({"version": "1.2", "release": "3", "epoch": 1}, "1:1.2-3", id="an epoch"),
        pytest.param({"version": "1.2", "epoch": True}, "1.2", id="an epoch that is no number"),
        pytest.param({}, "", id="nothing"),
    ],
)
def test_a_version_is_written_as_package_managers_do(package: dict[str, Any], version: str) -> None:
    assert of_packages({"name": "curl"} | package).version == version


def test_the_first_package_by_name_and_version_stands_for_the_finding_and_the_others_are_named() -> None:
    finding = of_packages(
        {"name": "libcurl", "version": "8.1"},
        {"name": "curl", "version": "8.2", "fixedInVersion": "8.4"},
        {"name": "curl", "version": "8.1", "fixedInVersion": "8.3"},
        {"name": "curl", "version": "8.2"},
    )
    assert (finding.package, finding.version, finding.fixed_in) == ("curl", "8.1", "8.3")
    assert finding.also == (("curl", "8.2"), ("libcurl", "8.1"))


def test_a_package_in_several_layers_is_named_once_with_the_fix_that_one_of_them_tells() -> None:
    layers = [{"name": "curl", "version": "8.1", "fixedInVersion": fix} for fix in ("NotAvailable", "8.3", None)]
    finding = of_packages(*layers)
    assert (finding.package, finding.fixed_in, finding.also) == ("curl", "8.3", ())


@pytest.mark.parametrize(
    ("told", "fixed_in"),
    [("0:1.3-2", "1.3-2"), ("1:1.3-2", "1:1.3-2"), ("10:1", "10:1"), ("NotAvailable", ""), (None, ""), (["1.3"], "")],
)
def test_the_fixed_version_is_written_like_the_version(told: Any, fixed_in: str) -> None:
    assert of_packages({"name": "curl", "version": "1.2", "fixedInVersion": told}).fixed_in == fixed_in


@pytest.mark.parametrize("packages", [None, [], {}, "curl", [None], ["curl"], [[]]])
def test_packages_that_are_not_told_leave_the_finding_without_one(packages: Any) -> None:
    finding = parse(packageVulnerabilityDetails={"vulnerabilityId": "CVE-1", "vulnerablePackages": packages})
    assert finding == Finding("CVE-1", Severity.UNDEFINED)


@pytest.mark.parametrize(
    ("facts", "score"),
    [
        pytest.param({"score": 7.5, "inspectorScore": 5.0}, 7.5, id="ECR's name for it"),
        pytest.param({"inspectorScore": 5}, 5.0, id="the event's name for it"),
        pytest.param({"score": 0.0, "inspectorScore": 5.0}, 0.0, id="zero is a score"),
        pytest.param({"score": "7.5"}, None, id="a text"),
        pytest.param({"score": True}, None, id="a truth"),
        pytest.param({"score": float("nan")}, None, id="no number"),
        pytest.param({"score": 10**400}, None, id="a number out of reach"),
        pytest.param({}, None, id="none"),
    ],
)
def test_the_score_is_inspectors(facts: dict[str, Any], score: float | None) -> None:
    assert parse(**facts).score == score


def test_without_inspectors_score_that_of_the_newest_cvss_counts() -> None:
    cvss = [{"version": "3.1", "baseScore": 6.5}, {"version": "2.0", "baseScore": 9.3}, {"version": "4.0"}, None]
    assert parse(packageVulnerabilityDetails={"cvss": cvss}).score == 6.5


@pytest.mark.parametrize(
    ("told", "expected"),
    [("YES", "YES"), ("NO", "NO"), ("PARTIAL", "PARTIAL"), ("MAYBE", ""), (None, ""), (True, "")],
)
def test_whether_there_is_a_fix_is_one_of_three_or_not_known(told: Any, expected: str) -> None:
    assert parse(fixAvailable=told).fix_available == expected


@pytest.mark.parametrize(("told", "expected"), [("YES", True), ("NO", False), ("MAYBE", None), (None, None)])
def test_whether_there_is_an_exploit_may_not_be_known(told: Any, expected: bool | None) -> None:
    assert parse(exploitAvailable=told).exploit_available is expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"score": 0.97}, 0.97),
        ({"score": 0}, 0.0),
        ({"score": 1.5}, None),
        ({"score": -1}, None),
        ({"score": None}, None),
        ({}, None),
        (0.97, None),
        (None, None),
    ],
)
def test_epss_is_a_probability(told: Any, expected: float | None) -> None:
    assert parse(epss=told).epss == expected


@pytest.mark.parametrize("told", ["Sat Jan 31 04:02:29.411 UTC 2026", datetime(2026, 1, 31), None])  # noqa: DTZ001
def test_a_date_that_is_no_moment_is_left_out(told: Any) -> None:
    assert parse(firstObservedAt=told).first_seen_at is None


@pytest.mark.parametrize("absent", FACTS)
def test_every_fact_is_optional(absent: str) -> None:
    finding = parse(**{name: value for name, value in OF_EVENT.items() if name != absent})
    assert finding.severity is (Severity.UNDEFINED if absent == "severity" else Severity.MEDIUM)


@given(JSON)
def test_no_json_makes_it_raise(anything: Any) -> None:
    finding = parse_enhanced_finding(anything)
    assert finding is None or isinstance(finding, Finding)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FACTS, JSON)))
def test_facts_of_wrong_types_lose_no_finding(facts: dict[str, Any]) -> None:
    assert isinstance(parse_enhanced_finding(facts | {"status": "ACTIVE"}), Finding)


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("vulnerabilityId", "sourceUrl", "vulnerablePackages", "cvss"),
            JSON | st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(("name", "version", "baseScore"), JSON))),
        ),
    )
)
def test_details_of_wrong_types_lose_no_finding(details: dict[str, Any]) -> None:
    finding = parse_enhanced_finding({"packageVulnerabilityDetails": details})
    assert isinstance(finding, Finding)
    assert list(finding.also) == sorted(set(finding.also) - {(finding.package, finding.version)})


@given(st.permutations(OF_EVENT["packageVulnerabilityDetails"]["vulnerablePackages"]))
def test_the_order_of_the_packages_does_not_matter(packages: list[dict[str, Any]]) -> None:
    details = OF_EVENT["packageVulnerabilityDetails"] | {"vulnerablePackages": packages}
    assert parse_enhanced_finding(OF_EVENT | {"packageVulnerabilityDetails": details}) == Finding(
        **COMMON, epss=0.00208
    )
