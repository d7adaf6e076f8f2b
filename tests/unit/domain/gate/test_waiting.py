"""The next step for each status of each scanning mode, and for each answer to the start of a scan."""

from datetime import timedelta

import pytest

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.gate.waiting import Step, after_poll, after_start, before_start, timed_out
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from tests.unit.samples import NOW, UNSUPPORTED_SYSTEM, ago

DAY = parse_duration("24h")


def scan(status: ScanStatus, hours: float | None = 1, description: str = "") -> LastScan:
    """Return a scan that ended so many hours ago; None for one without a date."""
    return LastScan(status, None if hours is None else ago(hours=hours), description=description)


UNSUPPORTED = scan(ScanStatus.FAILED, None, UNSUPPORTED_SYSTEM)


@pytest.mark.parametrize(
    ("last", "step"),
    [
        (scan(ScanStatus.NOT_SCANNED, None), Step.START),
        (scan(ScanStatus.COMPLETE, 1), Step.READ),
        (scan(ScanStatus.COMPLETE, 24), Step.READ),
        (scan(ScanStatus.COMPLETE, 25), Step.START),
        (scan(ScanStatus.COMPLETE, None), Step.START),
        (scan(ScanStatus.IN_PROGRESS, None), Step.WAIT),
        (scan(ScanStatus.PENDING, None), Step.WAIT),
        (scan(ScanStatus.ACTIVE, 900), Step.READ),
        (scan(ScanStatus.ACTIVE, None), Step.WAIT),
        (scan(ScanStatus.FAILED, 2), Step.START),
        (scan(ScanStatus.LIMIT_EXCEEDED, 2), Step.START),
        (scan(ScanStatus.FINDINGS_UNAVAILABLE, None), Step.START),
        (scan(ScanStatus.UNKNOWN, None), Step.START),
        (UNSUPPORTED, Step.NEVER),
        (scan(ScanStatus.UNSUPPORTED_IMAGE, None), Step.NEVER),
        (scan(ScanStatus.IMAGE_SIZE_EXCEEDED, None), Step.NEVER),
        (scan(ScanStatus.IMAGE_ARCHIVED, None), Step.NEVER),
        (scan(ScanStatus.SCAN_ELIGIBILITY_EXPIRED, 900), Step.NEVER),
    ],
)
def test_the_last_scan_decides_what_is_done_first(last: LastScan, step: Step) -> None:
    decision = before_start(last, NOW, DAY)
    assert decision.step is step
    assert bool(decision.reason) is (step is Step.NEVER)


NOTHING = scan(ScanStatus.NOT_SCANNED, None)


@pytest.mark.parametrize(
    ("result", "last", "step", "reason"),
    [
        (StartScanResult.STARTED, NOTHING, Step.WAIT, ""),
        (StartScanResult.RATE_LIMITED, NOTHING, Step.WAIT, ""),
        (StartScanResult.RATE_LIMITED, scan(ScanStatus.COMPLETE, 5), Step.READ, "result of 2026-01-31 07:00 UTC"),
        (StartScanResult.RATE_LIMITED, scan(ScanStatus.COMPLETE, None), Step.READ, "result of not known"),
        (StartScanResult.RATE_LIMITED, scan(ScanStatus.COMPLETE, 30), Step.WAIT, ""),
        (StartScanResult.RATE_LIMITED, scan(ScanStatus.FAILED, 5), Step.NEVER, "the last for today"),
        (StartScanResult.QUOTA_EXCEEDED, NOTHING, Step.NEVER, "daily quota of scans of the registry is used up"),
        (StartScanResult.QUOTA_EXCEEDED, scan(ScanStatus.COMPLETE, 30), Step.NEVER, "larger --max-age takes it"),
        (StartScanResult.DISABLED, NOTHING, Step.WAIT, ""),
        (StartScanResult.DISABLED, scan(ScanStatus.COMPLETE, 900), Step.NEVER, "starts no scan on demand"),
        (StartScanResult.DISABLED, scan(ScanStatus.FAILED, 9, "Broken."), Step.NEVER, "Broken"),
        (StartScanResult.UNSUPPORTED, NOTHING, Step.NEVER, "cannot scan this kind of image"),
        (StartScanResult.ARCHIVED, NOTHING, Step.NEVER, "archived"),
        (StartScanResult.GONE, NOTHING, Step.NEVER, "not in the repository any more"),
        (StartScanResult.REFUSED, NOTHING, Step.NEVER, "refuses to scan the image: odd words"),
    ],
)
def test_the_answer_to_the_start_decides_what_follows(
    result: StartScanResult, last: LastScan, step: Step, reason: str
) -> None:
    decision = after_start(result, last, NOW, "odd\nwords")
    assert decision.step is step
    assert reason in decision.reason
    assert bool(decision.reason) is bool(reason)


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("last", "waited", "step"),
    [
        (scan(ScanStatus.NOT_SCANNED, None), MINUTE, Step.WAIT),
        (scan(ScanStatus.IN_PROGRESS, None), MINUTE, Step.WAIT),
        (scan(ScanStatus.PENDING, None), MINUTE, Step.WAIT),
        (scan(ScanStatus.UNKNOWN, None), MINUTE, Step.WAIT),
        (scan(ScanStatus.FINDINGS_UNAVAILABLE, None), MINUTE, Step.WAIT),
        (scan(ScanStatus.COMPLETE, 0), MINUTE, Step.READ),
        (scan(ScanStatus.COMPLETE, None), MINUTE, Step.READ),
        (scan(ScanStatus.ACTIVE, 0), timedelta(), Step.READ),
        (scan(ScanStatus.ACTIVE, None), timedelta(seconds=59), Step.WAIT),
        (scan(ScanStatus.ACTIVE, None), MINUTE, Step.READ),
        (scan(ScanStatus.FAILED, 0), MINUTE, Step.NEVER),
        (scan(ScanStatus.LIMIT_EXCEEDED, 0), MINUTE, Step.NEVER),
        (scan(ScanStatus.SCAN_ELIGIBILITY_EXPIRED, 0), MINUTE, Step.NEVER),
        (UNSUPPORTED, MINUTE, Step.NEVER),
    ],
)
def test_a_status_ends_the_wait_or_does_not(last: LastScan, waited: timedelta, step: Step) -> None:
    assert after_poll(last, None, waited).step is step


@pytest.mark.parametrize("status", ScanStatus)
def test_every_status_leads_somewhere(status: ScanStatus) -> None:
    for last in (scan(status), scan(status, None)):
        assert before_start(last, NOW, DAY).step in Step
        assert after_poll(last, None, MINUTE).step is not Step.START
        for result in StartScanResult:
            assert after_start(result, last, NOW).step is not Step.START


def test_the_scan_before_is_no_result_of_the_one_that_was_started() -> None:
    before = scan(ScanStatus.COMPLETE, 30)
    assert after_poll(before, before, MINUTE).step is Step.WAIT
    assert after_poll(scan(ScanStatus.COMPLETE, 0), before, MINUTE).step is Step.READ


@pytest.mark.parametrize(
    ("last", "error", "reason"),
    [
        (None, "Rate exceeded", "ECR could not be asked within 15m: Rate exceeded"),
        (None, "", "the scan did not end within 15m: its last status is NOT_SCANNED"),
        (scan(ScanStatus.PENDING), "", "the scan did not end within 15m: its last status is PENDING"),
    ],
)
def test_the_end_of_the_wait_has_a_reason(last: LastScan | None, error: str, reason: str) -> None:
    assert timed_out(last, timedelta(minutes=15), error) == reason
