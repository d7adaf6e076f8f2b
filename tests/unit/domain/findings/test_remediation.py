"""Deadlines: until when a finding may be there, and which are overdue."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.remediation import (
    DEFAULT_REMEDIATION_DAYS,
    MAX_DAYS,
    NO_DEADLINES,
    RemediationDays,
    days_overdue,
    due_on,
    parse_remediation_days,
)
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError

DAYS = parse_remediation_days(DEFAULT_REMEDIATION_DAYS, "REMEDIATION_DAYS")
SEEN = datetime(2026, 1, 1, 23, 59, tzinfo=UTC)
LONG_AGO, LATELY = KnownExploit(date(2021, 12, 10)), KnownExploit(date(2026, 1, 20))


def finding(severity: Severity, exploit: KnownExploit | None = None) -> Finding:
    return Finding("CVE-2026-0001", severity, exploit=exploit, first_seen_at=SEEN)


@pytest.mark.parametrize(
    ("found", "due"),
    [
        (finding(Severity.CRITICAL), date(2026, 1, 16)),
        (finding(Severity.HIGH), date(2026, 1, 31)),
        (finding(Severity.MEDIUM), None),
        (finding(Severity.MEDIUM, LONG_AGO), date(2026, 1, 8)),
        # Nobody is late on the day on which a vulnerability enters KEV.
        (finding(Severity.MEDIUM, LATELY), date(2026, 1, 27)),
        # The earliest deadline counts.
        (finding(Severity.CRITICAL, LATELY), date(2026, 1, 16)),
        (replace(finding(Severity.CRITICAL), first_seen_at=None), None),
        (replace(finding(Severity.CRITICAL, LONG_AGO), suppressed_by="accepted"), None),
    ],
)
def test_a_finding_is_due_by_what_it_is_and_when_it_was_seen_first(found: Finding, due: date | None) -> None:
    assert due_on(found, DAYS) == due


@pytest.mark.parametrize(
    ("now", "days"),
    [
        (datetime(2026, 1, 16, 23, 59, tzinfo=UTC), 0),
        (datetime(2026, 1, 17, 0, 0, tzinfo=UTC), 1),
        (datetime(2026, 3, 17, 12, 0, tzinfo=UTC), 60),
    ],
)
def test_a_finding_is_overdue_when_its_last_day_has_passed(now: datetime, days: int) -> None:
    assert days_overdue(finding(Severity.CRITICAL), DAYS, now) == days


def test_without_deadlines_nothing_is_overdue() -> None:
    at_last = SEEN + timedelta(days=5000)
    assert days_overdue(finding(Severity.CRITICAL, LONG_AGO), NO_DEADLINES, at_last) == 0


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("exploited=7,critical=15,high=30", RemediationDays(7, {Severity.CRITICAL: 15, Severity.HIGH: 30})),
        (" High = 30 , EXPLOITED=0 ", RemediationDays(0, {Severity.HIGH: 30})),
        ("undefined=90", RemediationDays(None, {Severity.UNDEFINED: 90})),
        ("off", NO_DEADLINES),
        ("OFF", NO_DEADLINES),
    ],
)
def test_deadlines_are_read_from_one_text(text: str, days: RemediationDays) -> None:
    assert parse_remediation_days(text, "REMEDIATION_DAYS") == days


@pytest.mark.parametrize(
    "text",
    [
        "",
        "critical",
        "critical=",
        "critical=-1",
        "critical=1.5",
        "critical=10000",
        "severe=1",
        "high=1,high=2",
        "high=1,",
    ],
)
def test_wrong_deadlines_are_named_with_what_is_allowed(text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"REMEDIATION_DAYS.*exploited=7,critical=15,high=30"):
        parse_remediation_days(text, "REMEDIATION_DAYS")


NUMBERS = st.integers(0, MAX_DAYS)
ANY_DAYS = st.builds(RemediationDays, st.none() | NUMBERS, st.dictionaries(st.sampled_from(Severity), NUMBERS))


@given(ANY_DAYS)
def test_deadlines_are_written_as_they_are_read(days: RemediationDays) -> None:
    assert parse_remediation_days(str(days), "REMEDIATION_DAYS") == days


@given(ANY_DAYS, st.sampled_from(Severity), st.sampled_from([None, LONG_AGO, LATELY]))
def test_no_finding_is_due_before_it_was_seen(days: RemediationDays, severity: Severity, exploit: KnownExploit) -> None:
    due = due_on(finding(severity, exploit), days)
    assert due is None or due >= SEEN.date()
