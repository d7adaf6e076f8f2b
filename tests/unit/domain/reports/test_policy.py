from dataclasses import replace
from datetime import date

import pytest

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.findings.changes import Baseline, Changes, compare
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.reports.policy import NotifyOn, is_reportable, newly_breached
from ecr_scan_reporter.domain.severities import Severity, count_severities
from ecr_scan_reporter.domain.thresholds import Thresholds, find_breaches, find_exploited_breach

CURL = Finding("CVE-2023-38545", Severity.CRITICAL, "curl", "7.88.1")
GLIBC = Finding("CVE-2024-2961", Severity.HIGH, "glibc", "2.36")
APT = Finding("CVE-2011-3374", Severity.LOW, "apt", "2.6.1")
UNRATED = Finding("CVE-2026-1", Severity.UNTRIAGED, "tar", "1.34")
HIDDEN_GLIBC = replace(GLIBC, suppressed_by="rule")
# A finding of LOW is below its threshold.
THRESHOLDS: Thresholds = {Severity.CRITICAL: 0, Severity.HIGH: 0, Severity.LOW: 2}


def changes(before: list[Finding], now: list[Finding], thresholds: Thresholds | None = None) -> Changes:
    return compare(Baseline("sha256:1", None, tuple(before), thresholds), now)


def reported_on(found: Changes | None, now: list[Finding], thresholds: Thresholds) -> str:
    """Return for which values of NotifyOn a scan is reported."""
    shown = count_severities(finding.severity for finding in now if not finding.suppressed_by)
    breaches = find_breaches(shown, thresholds)
    return " ".join(on.value for on in NotifyOn if is_reportable(on, found, breaches, thresholds))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param([GLIBC], "ALL NEW CHANGED", id="a first scan"),
        pytest.param([APT], "", id="a first scan below the thresholds"),
        pytest.param([HIDDEN_GLIBC], "", id="a first scan with suppressed findings alone"),
    ],
)
def test_a_first_scan_is_reported_where_it_breaches_a_threshold(now: list[Finding], expected: str) -> None:
    assert reported_on(None, now, THRESHOLDS) == expected


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param([GLIBC], [GLIBC], "ALL", id="nothing changed"),
        pytest.param([], [GLIBC], "ALL NEW CHANGED", id="new, and above"),
        pytest.param([GLIBC], [GLIBC, APT], "ALL", id="new, but below"),
        pytest.param([replace(GLIBC, severity=Severity.LOW)], [GLIBC], "ALL NEW CHANGED", id="raised above"),
        pytest.param([GLIBC], [replace(GLIBC, version="2.37")], "ALL", id="the same in another version"),
        pytest.param([HIDDEN_GLIBC], [GLIBC], "ALL NEW CHANGED", id="its suppression has ended"),
        pytest.param([GLIBC, CURL], [GLIBC], "ALL CHANGED", id="something fixed"),
        pytest.param([CURL], [], "CHANGED", id="everything fixed"),
        pytest.param([APT], [], "", id="fixed, of a level that never reached its threshold"),
        pytest.param([replace(CURL, severity=Severity.INFORMATIONAL)], [], "", id="fixed, of a level without one"),
        pytest.param([CURL], [replace(CURL, suppressed_by="rule")], "", id="suppressed from now on"),
        pytest.param([UNRATED], [UNRATED, replace(UNRATED, name="CVE-2")], "", id="new, of a level without one"),
    ],
)
def test_a_later_scan_is_reported_by_what_has_changed(before: list[Finding], now: list[Finding], expected: str) -> None:
    assert reported_on(changes(before, now), now, THRESHOLDS) == expected


def test_findings_that_nobody_has_rated_are_reported_where_they_have_a_threshold() -> None:
    now = [UNRATED]
    assert reported_on(changes([], now), now, {Severity.UNDEFINED: 1}) == "ALL NEW CHANGED"


LOWS = [replace(APT, name=f"CVE-{n}") for n in range(4)]


def test_a_threshold_that_was_lowered_is_news_once() -> None:
    now = LOWS
    assert reported_on(changes(now, now, {Severity.LOW: 50}), now, {Severity.LOW: 3}) == "ALL NEW CHANGED"
    assert reported_on(changes(now, now, {Severity.LOW: 3}), now, {Severity.LOW: 3}) == "ALL"


def test_a_level_that_is_switched_on_is_news_once() -> None:
    found = changes(LOWS, LOWS, {})
    assert [
        breach.severity for breach in newly_breached(found, find_breaches({Severity.LOW: 4}, {Severity.LOW: 0}))
    ] == [Severity.LOW]
    assert reported_on(found, LOWS, {Severity.LOW: 0}) == "ALL NEW CHANGED"


def test_a_threshold_that_was_raised_is_no_news() -> None:
    now = [*LOWS, GLIBC]
    assert reported_on(changes(now, now, {Severity.LOW: 0, Severity.HIGH: 0}), now, {Severity.HIGH: 0}) == "ALL"


def test_what_is_fixed_at_a_level_that_was_off_is_no_news() -> None:
    assert reported_on(changes(LOWS, [], {}), [], {Severity.LOW: 0}) == ""


def test_without_the_thresholds_of_the_report_before_only_findings_are_news() -> None:
    """As with results of an earlier version, which did not store them."""
    assert reported_on(changes(LOWS, LOWS, None), LOWS, {Severity.LOW: 0}) == "ALL"


KEV = KnownExploit(date(2026, 1, 30))
EXPLOITED_APT = replace(APT, exploit=KEV)


def exploited_on(found: Changes | None, now: list[Finding], known_exploited: int | None) -> str:
    """Return for which values of NotifyOn a scan is reported by what is exploited alone: no severity is."""
    number = sum(finding.exploit is not None and not finding.suppressed_by for finding in now)
    breach = find_exploited_breach(number, known_exploited)
    return " ".join(on.value for on in NotifyOn if is_reportable(on, found, (), {}, breach, known_exploited))


@pytest.mark.parametrize(
    ("before", "now", "threshold", "expected"),
    [
        pytest.param(None, [EXPLOITED_APT], 1, "ALL NEW CHANGED", id="a first scan"),
        pytest.param(None, [EXPLOITED_APT], 0, "ALL NEW CHANGED", id="0 means any, as everywhere"),
        pytest.param(None, [APT], 0, "", id="nothing is exploited"),
        pytest.param(None, [EXPLOITED_APT], 2, "", id="below the threshold"),
        pytest.param(None, [EXPLOITED_APT], None, "", id="off"),
        pytest.param([EXPLOITED_APT], [EXPLOITED_APT], 1, "ALL", id="nothing changed"),
        pytest.param([APT], [EXPLOITED_APT], 1, "ALL NEW CHANGED", id="exploited by now"),
        pytest.param([APT], [EXPLOITED_APT], None, "", id="exploited by now, and off"),
        pytest.param([EXPLOITED_APT], [EXPLOITED_APT, GLIBC], 1, "ALL", id="something else is new"),
        pytest.param([], [EXPLOITED_APT], 1, "ALL NEW CHANGED", id="new and exploited"),
        pytest.param([EXPLOITED_APT], [], 1, "CHANGED", id="fixed"),
        pytest.param([EXPLOITED_APT], [], 2, "", id="fixed, of too few"),
        pytest.param([EXPLOITED_APT], [], None, "", id="fixed, and off"),
    ],
)
def test_a_scan_is_reported_by_what_is_exploited_whatever_the_severities_say(
    before: list[Finding] | None, now: list[Finding], threshold: int | None, expected: str
) -> None:
    found = None if before is None else changes(before, now)
    assert exploited_on(found, now, threshold) == expected
