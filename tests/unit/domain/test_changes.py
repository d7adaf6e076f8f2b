from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.changes import Baseline, Changes, Raised, compare, is_worth_telling
from ecr_scan_reporter.domain.findings import Finding
from ecr_scan_reporter.domain.report_rules import NotifyOn
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import Breach

CURL = Finding("CVE-2023-38545", Severity.CRITICAL, "curl", "7.88.1")
GLIBC = Finding("CVE-2024-2961", Severity.HIGH, "glibc", "2.36")
APT = Finding("CVE-2011-3374", Severity.LOW, "apt", "2.6.1")

FINDINGS = st.lists(
    st.builds(
        Finding,
        name=st.sampled_from(["CVE-1", "CVE-2", "CVE-3"]),
        severity=st.sampled_from(Severity),
        package=st.sampled_from(["a", "b"]),
        version=st.sampled_from(["1", "2"]),
    ),
    unique_by=lambda finding: finding.identity,
)


def changes(before: list[Finding], now: list[Finding]) -> Changes:
    return compare(Baseline("sha256:1", None, tuple(before)), now)


def identities(findings: list[Finding] | tuple[Finding, ...]) -> Counter[tuple[str, str, str]]:
    return Counter(finding.identity for finding in findings)


@given(FINDINGS, FINDINGS)
def test_new_and_kept_are_now_and_fixed_and_kept_are_before(before: list[Finding], now: list[Finding]) -> None:
    found = changes(before, now)
    kept = identities(before) & identities(now)
    assert identities(found.new) + kept == identities(now)
    assert identities(found.fixed) + kept == identities(before)
    assert identities(tuple(raised.finding for raised in found.raised)) <= kept


@given(FINDINGS)
def test_the_same_findings_are_no_change(findings: list[Finding]) -> None:
    found = changes(findings, list(reversed(findings)))
    assert (found.new, found.fixed, found.raised) == ((), (), ())


def test_another_version_of_the_package_is_another_finding() -> None:
    upgraded = replace(CURL, version="7.88.2")
    found = changes([CURL], [upgraded])
    assert (found.new, found.fixed) == ((upgraded,), (CURL,))


def test_only_a_higher_severity_is_raised() -> None:
    lowered = replace(GLIBC, severity=Severity.LOW)
    assert changes([lowered], [GLIBC]).raised == (Raised(GLIBC, Severity.LOW),)
    assert changes([GLIBC], [lowered]).raised == ()


def test_a_finding_that_is_listed_twice_counts_as_its_most_severe() -> None:
    found = changes([GLIBC, replace(GLIBC, severity=Severity.LOW)], [GLIBC])
    assert found.raised == ()


def test_each_part_has_the_most_severe_first() -> None:
    assert changes([], [APT, CURL, GLIBC]).new == (CURL, GLIBC, APT)


HIGH_BREACHED = (Breach(Severity.HIGH, 1, 0),)
THRESHOLDS = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)


@pytest.mark.parametrize(
    ("found", "breaches", "told_on"),
    [
        pytest.param(None, HIGH_BREACHED, "ALL NEW CHANGED", id="a first scan"),
        pytest.param(None, (), "", id="a first scan below the thresholds"),
        pytest.param(changes([GLIBC], [GLIBC]), HIGH_BREACHED, "ALL", id="nothing changed"),
        pytest.param(changes([], [GLIBC]), HIGH_BREACHED, "ALL NEW CHANGED", id="new, and above"),
        pytest.param(changes([GLIBC], [GLIBC, APT]), HIGH_BREACHED, "ALL", id="new, but below"),
        pytest.param(
            changes([replace(GLIBC, severity=Severity.LOW)], [GLIBC]),
            HIGH_BREACHED,
            "ALL NEW CHANGED",
            id="raised above",
        ),
        pytest.param(changes([GLIBC, CURL], [GLIBC]), HIGH_BREACHED, "ALL CHANGED", id="something fixed"),
        pytest.param(changes([CURL], []), (), "CHANGED", id="everything fixed"),
        pytest.param(
            changes([replace(CURL, severity=Severity.INFORMATIONAL)], []), (), "", id="fixed, of no watched severity"
        ),
    ],
)
@pytest.mark.parametrize("notify_on", NotifyOn)
def test_what_is_worth_telling(
    notify_on: NotifyOn, found: Changes | None, breaches: tuple[Breach, ...], told_on: str
) -> None:
    assert is_worth_telling(notify_on, found, breaches, THRESHOLDS) == (notify_on.value in told_on.split())
