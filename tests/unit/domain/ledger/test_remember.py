from datetime import timedelta

import pytest

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.ledger.remember import after_asking, after_starting, is_unreported
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.due import decide
from tests.unit.samples import NOW, ago, image, scanned


@pytest.mark.parametrize(
    ("answer", "learned"),
    [
        (None, None),
        (scanned(days=3), scanned(days=3)),
        (LastScan(ScanStatus.NOT_SCANNED), LastScan(ScanStatus.NOT_SCANNED)),
        (LastScan(ScanStatus.UNSUPPORTED_IMAGE), LastScan(ScanStatus.UNSUPPORTED_IMAGE, tried_at=NOW)),
        (LastScan(ScanStatus.UNSUPPORTED_IMAGE, ago(days=3)), LastScan(ScanStatus.UNSUPPORTED_IMAGE, ago(days=3))),
        (LastScan(ScanStatus.IN_PROGRESS), LastScan(ScanStatus.IN_PROGRESS, tried_at=NOW)),
        (LastScan(ScanStatus.PENDING), LastScan(ScanStatus.PENDING, tried_at=NOW)),
    ],
)
def test_what_ecr_says_when_asked_is_remembered(answer: LastScan | None, learned: LastScan | None) -> None:
    assert after_asking(answer, NOW) == learned


@pytest.mark.parametrize("status", [ScanStatus.ACTIVE, ScanStatus.SCAN_ELIGIBILITY_EXPIRED, ScanStatus.IMAGE_ARCHIVED])
def test_what_the_registry_may_change_at_any_time_is_not_remembered(status: ScanStatus) -> None:
    assert after_asking(LastScan(status), NOW) is None


@pytest.mark.parametrize("answer", [StartScanResult.STARTED, StartScanResult.RATE_LIMITED])
def test_an_image_whose_scan_runs_or_ran_is_not_due_for_a_day(answer: StartScanResult) -> None:
    learned = after_starting(answer, scanned(days=9), NOW)
    assert learned == LastScan(ScanStatus.IN_PROGRESS, scanned_at=ago(days=9), tried_at=NOW)
    assert not decide(image(), learned, now=ago(hours=-23), max_age=parse_duration("1h")).is_due


@pytest.mark.parametrize("answer", [StartScanResult.UNSUPPORTED, StartScanResult.REFUSED])
def test_an_image_that_cannot_be_scanned_is_asked_for_again_after_a_month(answer: StartScanResult) -> None:
    learned = after_starting(answer, None, NOW, "in ECR's words")
    assert not decide(image(), learned, now=ago(days=-27), max_age=parse_duration("1h")).is_due
    assert decide(image(), learned, now=ago(days=-32), max_age=parse_duration("1h")).is_due


def test_the_words_of_a_refusal_are_remembered() -> None:
    learned = after_starting(StartScanResult.REFUSED, scanned(days=9), NOW, "in ECR's words")
    assert learned == LastScan(ScanStatus.REFUSED, tried_at=NOW, description="in ECR's words")


STARTED = LastScan(ScanStatus.IN_PROGRESS, scanned_at=ago(days=9), tried_at=ago(hours=3))


@pytest.mark.parametrize(
    ("last", "is_news"),
    [
        pytest.param(scanned(hours=3), True, id="it has ended"),
        pytest.param(LastScan(ScanStatus.FAILED), True, id="it failed, without a date"),
        pytest.param(LastScan(ScanStatus.IMAGE_SIZE_EXCEEDED), True, id="the image is too large"),
        pytest.param(scanned(days=9), False, id="the one before, which was reported"),
        pytest.param(LastScan(ScanStatus.COMPLETE, ago(days=9) + timedelta(milliseconds=900)), False, id="to a second"),
        pytest.param(LastScan(ScanStatus.IN_PROGRESS), False, id="it still runs"),
        pytest.param(LastScan(ScanStatus.NOT_SCANNED), False, id="it left no trace"),
        pytest.param(
            LastScan(ScanStatus.ACTIVE, ago(hours=1)), False, id="enhanced scanning, which has its own events"
        ),
        pytest.param(LastScan(ScanStatus.UNKNOWN, ago(hours=1)), False, id="a status that is not known yet"),
    ],
)
def test_a_started_scan_that_has_ended_unheard_is_news(last: LastScan, is_news: bool) -> None:
    assert is_unreported(last, STARTED) is is_news


@pytest.mark.parametrize(
    "answer",
    [
        StartScanResult.QUOTA_EXCEEDED,
        StartScanResult.DISABLED,
        StartScanResult.ARCHIVED,
        StartScanResult.GONE,
        StartScanResult.OVER_BUDGET,
    ],
)
def test_an_answer_that_changes_nothing_leaves_the_image_due(answer: StartScanResult) -> None:
    assert after_starting(answer, scanned(days=9), NOW) is None
