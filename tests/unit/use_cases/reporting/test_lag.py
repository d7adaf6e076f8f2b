"""ECR's reads may lag behind its events: the reporter waits a little, then tells what the event knows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.samples import ANY_FINDING, IMAGE_ID, NOW, RESULT
from tests.unit.use_cases.reporting.chain import RESULT_KEY, Chain
from tests.unit.use_cases.reporting.scans import APT, CURL, EVENT, GLIBC, WEEK, new_event, result_of

OLD = result_of(APT, at=EVENT.at - WEEK)
RUNNING = ScanResult(ScanStatus.IN_PROGRESS)
EVERY = list(NotifyOn)


class LaggingChain(Chain):
    """An ECR that gives other answers before it gives the right one."""

    def __init__(self, *answers: ScanResult | None) -> None:
        super().__init__(answers[0])
        self._answers = list(answers[1:])

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self._answers:
            self.registry.result = self._answers.pop(0)


@pytest.mark.parametrize("behind", [None, RUNNING, OLD], ids=["no scan", "a scan that runs", "the scan before"])
def test_what_ecr_learns_a_little_later_is_told_in_full(behind: ScanResult | None) -> None:
    chain = LaggingChain(behind, behind, RESULT)
    chain.report()
    assert chain.sleeps == [1, 2]
    assert len(chain.document()["findings"]) == 3
    assert len(chain.findings.saved[RESULT_KEY]["findings"]) == 3


@pytest.mark.parametrize("behind", [None, RUNNING, OLD], ids=["no scan", "a scan that runs", "the scan before"])
def test_after_half_a_minute_the_counts_of_the_event_are_told_and_kept_for_no_full_result(
    behind: ScanResult | None,
) -> None:
    chain = LaggingChain(behind)
    chain.report()
    assert sum(chain.sleeps) == 30
    assert chain.document()["counts"] | {"CRITICAL": 1, "HIGH": 1, "LOW": 0} == chain.document()["counts"]
    assert chain.document()["findings"] == []
    assert [record.scan for record in chain.ledger.results] == [LastScan(ScanStatus.COMPLETE, scanned_at=EVENT.at)]
    assert chain.findings.saved == {}


def test_a_clean_image_that_ecr_does_not_know_yet_does_not_replace_the_last_full_result() -> None:
    chain = Chain()
    chain.report_result(OLD)
    kept = dict(chain.findings.saved)
    chain.registry.result = None
    assert chain.report(replace(EVENT, counts={})) == (None, {})
    assert chain.findings.saved == kept


def test_the_wait_leaves_the_time_that_the_report_needs() -> None:
    chain = LaggingChain(None)
    chain.seconds_left = 25.0
    chain.report()
    assert chain.sleeps == [1, 2]
    assert len(chain.topic.published) == 1


def test_nobody_waits_for_an_image_that_is_left_out() -> None:
    chain = LaggingChain(None)
    chain.registry.tags = {"ecr-scan-reporter:scan": "off"}
    assert chain.report() == (None, {})
    assert chain.sleeps == []


def test_a_finding_of_inspector_is_not_waited_for() -> None:
    chain = LaggingChain(None)
    assert chain.report(ScanEvent.of_findings(IMAGE_ID, NOW, ())) == (None, {})
    assert chain.sleeps == []


# --- the event of a scan that was lost, and recovered ---------------------------------------------------------------


def recovered(scan: ScanResult) -> ScanEvent:
    """Return what the images scanner sends for a scan whose event it misses: without counts."""
    assert scan.completed_at
    return replace(EVENT, event_id="recovered", at=scan.completed_at, counts={})


def late(scan: ScanResult) -> ScanEvent:
    """Return ECR's own event of the scan."""
    assert scan.completed_at
    return new_event(at=scan.completed_at + timedelta(seconds=2))


@pytest.mark.parametrize("notify_on", EVERY)
@pytest.mark.parametrize("order", ["recovered, then late", "late, then recovered", "twice recovered"])
def test_a_scan_is_told_once_whichever_of_its_events_come(notify_on: NotifyOn, order: str) -> None:
    chain, rules = Chain(), ReportPolicy(ANY_FINDING, notify_on=notify_on)
    chain.report_result(result_of(APT, at=NOW - WEEK))
    chain.registry.result = scan = result_of(APT, CURL)
    one, other = recovered(scan), late(scan)
    events = {"recovered, then late": (one, other), "late, then recovered": (other, one)}.get(order, (one, one))
    for event in events:
        chain.report(event, rules)
    assert len(chain.topic.published) == 2
    assert [finding["name"] for finding in chain.document()["changes"]["new"]] == [CURL.name]


@pytest.mark.parametrize("notify_on", EVERY)
def test_the_next_scan_of_an_image_is_told_for_itself(notify_on: NotifyOn) -> None:
    chain = Chain()
    for days, scan in ((-1, result_of(CURL, at=NOW - timedelta(days=1))), (0, result_of(CURL, GLIBC))):
        chain.registry.result = scan
        chain.report(late(scan), ReportPolicy(ANY_FINDING, notify_on=notify_on), now=NOW + timedelta(days=days))
    assert len(chain.topic.published) == 2


@pytest.mark.parametrize("hours", [-2, 2], ids=["told as of its start", "told as of now"])
@pytest.mark.parametrize("is_late", [True, False], ids=["recovered, then late", "late, then recovered"])
def test_a_failure_of_which_ecr_tells_no_date_is_told_once(hours: int, is_late: bool) -> None:
    chain = Chain(ScanResult(ScanStatus.FAILED, description="why"))
    real = replace(EVENT, status=ScanStatus.FAILED, counts={})
    asked = replace(real, event_id="recovered", at=real.at + timedelta(hours=hours))
    first, second = (asked, real) if is_late else (real, asked)
    for event in (first, first, second, second, first):
        chain.report(event)
    assert len(chain.topic.published) == 1
    assert {record.scan.scanned_at for record in chain.ledger.results} == {first.at}


def test_a_failure_on_the_next_day_is_told_again() -> None:
    chain = Chain(ScanResult(ScanStatus.FAILED, description="why"))
    for day in range(3):
        chain.report(new_event(at=NOW + timedelta(hours=23 * day), status=ScanStatus.FAILED, counts={}))
    assert len(chain.topic.published) == 3


def test_a_failure_that_could_not_be_told_is_told_when_its_event_comes_again() -> None:
    chain = Chain(ScanResult(ScanStatus.FAILED, description="why"))
    event = new_event(status=ScanStatus.FAILED, counts={})
    chain.topic.error = CallFailedError("Publish", "InternalError", "try again", is_passing=True)
    with pytest.raises(CallFailedError):
        chain.report(event)
    chain.topic.error = None
    chain.report(event)
    assert len(chain.topic.published) == 1
