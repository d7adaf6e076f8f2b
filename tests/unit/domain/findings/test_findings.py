import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult, parse_basic_finding
from ecr_scan_reporter.domain.findings.importance import sort_findings
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity

DOCUMENTED: dict[str, Any] = {
    "name": "CVE-2023-38545",
    "description": "This flaw makes curl overflow a heap based buffer in the SOCKS5 proxy handshake.",
    "uri": "https://security-tracker.debian.org/tracker/CVE-2023-38545",
    "severity": "CRITICAL",
    "attributes": [
        {"key": "package_version", "value": "7.88.1-10"},
        {"key": "package_name", "value": "curl"},
        {"key": "CVSS3_VECTOR", "value": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},
        {"key": "CVSS3_SCORE", "value": "9.8"},
        {"key": "CVSS2_SCORE", "value": "7.5"},
    ],
}


def test_a_finding_of_basic_scanning_is_read() -> None:
    assert parse_basic_finding(DOCUMENTED) == Finding(
        name="CVE-2023-38545",
        severity=Severity.CRITICAL,
        package="curl",
        version="7.88.1-10",
        score=9.8,
        uri="https://security-tracker.debian.org/tracker/CVE-2023-38545",
        description="This flaw makes curl overflow a heap based buffer in the SOCKS5 proxy handshake.",
    )


@pytest.mark.parametrize("absent", [keys for n in range(6) for keys in itertools.combinations(DOCUMENTED, n)])
def test_every_fact_of_a_finding_is_optional(absent: tuple[str, ...]) -> None:
    finding = parse_basic_finding({key: value for key, value in DOCUMENTED.items() if key not in absent})
    assert finding.name == ("unnamed finding" if "name" in absent else "CVE-2023-38545")
    assert finding.severity is (Severity.UNDEFINED if "severity" in absent else Severity.CRITICAL)
    assert (finding.uri == "") == ("uri" in absent)
    assert (finding.description == "") == ("description" in absent)
    assert (finding.package, finding.score) == (("", None) if "attributes" in absent else ("curl", 9.8))


@pytest.mark.parametrize(
    ("attributes", "package", "version", "score"),
    [
        pytest.param(None, "", "", None, id="null"),
        pytest.param([], "", "", None, id="none"),
        pytest.param([{"key": "package_name", "value": "curl"}], "curl", "", None, id="the package alone"),
        pytest.param([{"key": "package_name"}], "", "", None, id="a key without a value"),
        pytest.param([{"key": "package_name", "value": None}], "", "", None, id="a value that is null"),
        pytest.param([{"key": "CVSS2_SCORE", "value": "7.5"}], "", "", 7.5, id="the older score where there is one"),
        pytest.param([{"key": "CVSS3_SCORE", "value": "high"}], "", "", None, id="a score that is no number"),
        pytest.param([{"key": "CVSS3_SCORE", "value": "NaN"}], "", "", None, id="a score that is not a number"),
        pytest.param([{"key": "CVSS3_SCORE", "value": "0.0"}], "", "", 0.0, id="a score of zero"),
        pytest.param([{"key": "odd", "value": "x"}, {}], "", "", None, id="attributes that nobody knows"),
    ],
)
def test_every_attribute_of_a_finding_is_optional(
    attributes: list[dict[str, str]] | None, package: str, version: str, score: float | None
) -> None:
    finding = parse_basic_finding({"name": "CVE-1", "attributes": attributes})
    assert (finding.package, finding.version, finding.score) == (package, version, score)


def test_the_same_cve_in_another_package_is_another_finding() -> None:
    curl, libcurl = (Finding("CVE-1", Severity.HIGH, package, "1") for package in ("curl", "libcurl"))
    assert curl.identity != libcurl.identity
    assert curl.identity == Finding("CVE-1", Severity.LOW, "curl", "1", 9.8).identity


def test_findings_come_most_severe_first_then_by_score_name_and_package() -> None:
    ordered = (
        Finding("CVE-9", Severity.CRITICAL, score=7.0),
        Finding("CVE-8", Severity.HIGH, score=8.8),
        Finding("CVE-1", Severity.HIGH, "a", score=7.0),
        Finding("CVE-1", Severity.HIGH, "b", score=7.0),
        Finding("CVE-2", Severity.HIGH, score=7.0),
        Finding("CVE-0", Severity.HIGH),
        Finding("CVE-0", Severity.UNDEFINED, score=10.0),
    )
    assert sort_findings(reversed(ordered)) == ordered


@given(
    st.lists(
        st.builds(
            Finding,
            st.text(max_size=3),
            st.sampled_from(Severity),
            st.text(max_size=3),
            score=st.none() | st.floats(0, 10),
        )
    )
)
def test_sorting_loses_no_finding(findings: list[Finding]) -> None:
    assert sorted(map(hash, sort_findings(findings))) == sorted(map(hash, findings))


@pytest.mark.parametrize(
    ("status", "count", "is_full"),
    [
        pytest.param(ScanStatus.COMPLETE, 1, True, id="all findings are there"),
        pytest.param(ScanStatus.COMPLETE, 2, False, id="a finding is missing"),
        pytest.param(ScanStatus.COMPLETE, 0, True, id="more than were counted"),
        pytest.param(ScanStatus.ACTIVE, 1, True, id="enhanced"),
        pytest.param(ScanStatus.FAILED, 0, False, id="failed"),
        pytest.param(ScanStatus.FINDINGS_UNAVAILABLE, 0, False, id="gone"),
        pytest.param(ScanStatus.UNKNOWN, 0, False, id="nobody knows"),
    ],
)
def test_a_result_is_full_when_it_succeeded_and_has_what_was_counted(
    status: ScanStatus, count: int, is_full: bool
) -> None:
    result = ScanResult(status, counts={Severity.LOW: count}, findings=(Finding("CVE-1", Severity.LOW),))
    assert result.is_full is is_full


def test_a_clean_result_is_full() -> None:
    assert ScanResult(ScanStatus.COMPLETE).is_full
