"""Scans whose event never came: the scanner asks ECR, and the reporter gets the result once."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.samples import NOW, ago, digest, image, scanned, started
from tests.unit.use_cases.fakes import FakeLedger, FakeRegistry
from tests.unit.use_cases.scanning.scans import JOB, scan

ENDED = scanned(hours=2)


@dataclass
class FakeReports:
    """Where scans are reported; fails with `error`, if there is one."""

    reported: list[tuple[str, LastScan]] = field(default_factory=list)
    error: Exception | None = None

    def report(self, image: Image, scan: LastScan) -> None:
        if self.error:
            raise self.error
        self.reported.append((image.digest, scan))


def test_a_scan_that_was_started_over_an_hour_ago_and_has_ended_is_reported() -> None:
    registry = FakeRegistry([image(1)], scans={digest(1): ENDED})
    ledger, reports = FakeLedger({digest(1): started(hours=3)}), FakeReports()
    summary = scan(registry, ledger, reports=reports)
    assert [(d, last.status, last.scanned_at) for d, last in reports.reported] == [
        (digest(1), ScanStatus.COMPLETE, ago(hours=2))
    ]
    assert (summary.recovered, registry.started) == (1, [])


def test_a_recovered_scan_is_reported_once() -> None:
    ledger, reports = FakeLedger({digest(1): started(hours=3)}), FakeReports()
    for hours in range(3):
        registry = FakeRegistry([image(1)], scans={digest(1): ENDED})
        scan(registry, ledger, reports=reports, now=NOW + timedelta(hours=hours))
    assert (len(reports.reported), registry.asked) == (1, [])


@pytest.mark.parametrize(
    ("recorded", "answer"),
    [
        pytest.param(started(minutes=59), ENDED, id="started less than an hour ago"),
        pytest.param(scanned(hours=2), ENDED, id="its result is known"),
    ],
)
def test_ecr_is_not_asked_about_scans_whose_event_may_come_or_came(recorded: LastScan, answer: LastScan) -> None:
    registry, reports = FakeRegistry([image(1)], scans={digest(1): answer}), FakeReports()
    scan(registry, FakeLedger({digest(1): recorded}), reports=reports)
    assert (registry.asked, reports.reported) == ([], [])


def test_a_result_that_was_reported_before_is_no_news() -> None:
    """ECR refused the start, because a scan had run within 24 hours: its event came."""
    recorded = LastScan(ScanStatus.IN_PROGRESS, scanned_at=ago(hours=20), tried_at=ago(hours=3))
    ledger, reports = FakeLedger({digest(1): recorded}), FakeReports()
    registry = FakeRegistry([image(1)], scans={digest(1): scanned(hours=20)})
    assert scan(registry, ledger, reports=reports).recovered == 0
    assert (registry.asked, reports.reported) == ([digest(1)], [])
    tomorrow, later = (FakeRegistry([image(1)], scans={digest(1): scanned(hours=20)}) for _ in range(2))
    scan(tomorrow, ledger, reports=reports, now=NOW + timedelta(hours=22))
    scan(later, ledger, reports=reports, now=NOW + timedelta(hours=23))
    assert (tomorrow.asked, later.asked, reports.reported) == ([digest(1)], [], [])


def test_a_scan_that_still_runs_is_asked_about_again() -> None:
    ledger, reports = FakeLedger({digest(1): started(hours=3)}), FakeReports()
    scan(FakeRegistry([image(1)], scans={digest(1): LastScan(ScanStatus.IN_PROGRESS)}), ledger, reports=reports)
    assert reports.reported == []
    scan(FakeRegistry([image(1)], scans={digest(1): ENDED}), ledger, reports=reports)
    assert len(reports.reported) == 1


def test_ecr_is_asked_again_while_it_still_gives_the_scan_before() -> None:
    before = LastScan(ScanStatus.IN_PROGRESS, scanned_at=ago(days=8), tried_at=ago(hours=3))
    ledger, reports = FakeLedger({digest(1): before}), FakeReports()
    scan(FakeRegistry([image(1)], scans={digest(1): scanned(days=8)}), ledger, reports=reports)
    assert reports.reported == []
    scan(FakeRegistry([image(1)], scans={digest(1): ENDED}), ledger, reports=reports)
    assert len(reports.reported) == 1


def test_a_failure_is_reported_whatever_date_ecr_gives_it() -> None:
    """With a failed scan ECR may give the date of the findings before it."""
    before = LastScan(ScanStatus.IN_PROGRESS, scanned_at=ago(days=8), tried_at=ago(hours=3))
    ledger, reports = FakeLedger({digest(1): before}), FakeReports()
    scan(FakeRegistry([image(1)], scans={digest(1): LastScan(ScanStatus.FAILED, ago(days=8))}), ledger, reports=reports)
    assert [last.status for _, last in reports.reported] == [ScanStatus.FAILED]


def test_a_scan_that_never_ends_is_started_again_when_it_is_too_old() -> None:
    ledger, reports = FakeLedger({digest(1): started(days=8)}), FakeReports()
    registry = FakeRegistry([image(1)], scans={digest(1): LastScan(ScanStatus.IN_PROGRESS)})
    assert scan(registry, ledger, reports=reports).started == 1


def test_a_scan_without_a_trace_is_started_again_a_day_later() -> None:
    ledger, reports = FakeLedger({digest(1): started(hours=3)}), FakeReports()
    now, tomorrow = FakeRegistry([image(1)]), FakeRegistry([image(1)])
    scan(now, ledger, reports=reports)
    scan(tomorrow, ledger, reports=reports, now=NOW + timedelta(hours=22))
    assert (now.asked, now.started, reports.reported) == ([digest(1)], [], [])
    assert tomorrow.started == [digest(1)]


@pytest.mark.parametrize("code", ["ServiceException", "AccessDeniedException"])
def test_a_result_that_could_not_be_reported_is_retried_and_stops_no_other_image(code: str) -> None:
    ledger, reports = FakeLedger({digest(1): started(hours=3)}), FakeReports()
    reports.error = CallFailedError("invoke", code, "not now")
    registry = FakeRegistry([image(1), image(2)], scans={digest(1): ENDED})
    summary = scan(registry, ledger, reports=reports)
    assert (summary.failed, summary.started) == (1, 1)
    assert summary.first_error.startswith("its result could not be reported: invoke failed")
    reports.error = None
    assert scan(FakeRegistry([image(1)], scans={digest(1): ENDED}), ledger, reports=reports).recovered == 1


def test_a_dry_run_asks_and_reports_nothing() -> None:
    registry, reports = FakeRegistry([image(1)], scans={digest(1): ENDED}), FakeReports()
    scan(registry, FakeLedger({digest(1): started(hours=3)}), replace(JOB, dry_run=True), reports=reports)
    assert (registry.asked, reports.reported) == ([], [])


def test_without_a_reporter_the_scanner_asks_ecr_nothing() -> None:
    registry = FakeRegistry([image(1)], scans={digest(1): ENDED})
    scan(registry, FakeLedger({digest(1): started(hours=3)}))
    assert registry.asked == []


def test_a_lost_result_that_is_old_by_now_is_reported_and_the_image_scanned_again() -> None:
    registry = FakeRegistry([image(1)], scans={digest(1): scanned(days=9)})
    ledger, reports = FakeLedger({digest(1): started(days=9)}), FakeReports()
    summary = scan(registry, ledger, reports=reports)
    assert (summary.recovered, summary.started) == (1, 1)
