"""Scans that fail: which of them are news."""

from dataclasses import replace
from datetime import datetime

import pytest

from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.reports.policy import NotifyOn
from ecr_scan_reporter.domain.reports.reports import ScanReport
from tests.unit.samples import NOW, UNSUPPORTED_SYSTEM
from tests.unit.use_cases.reporting.chain import POLICY, Chain
from tests.unit.use_cases.reporting.scans import WEEK, new_event, result_of

OTHER_SYSTEM = UNSUPPORTED_SYSTEM.replace("windows", "fedora")


def fail(chain: Chain, at: datetime, notify_on: NotifyOn, description: str = UNSUPPORTED_SYSTEM) -> ScanReport | None:
    """Let a scan fail, and report its event."""
    chain.registry.result = ScanResult(ScanStatus.FAILED, at, description)
    event = new_event(status=ScanStatus.FAILED, at=at, counts={})
    return chain.report(event, replace(POLICY, notify_on=notify_on), now=at)[0]


@pytest.mark.parametrize("notify_on", [NotifyOn.NEW, NotifyOn.CHANGED])
def test_the_reporter_reports_a_failure_once_however_often_the_scan_fails_in_the_same_way(notify_on: NotifyOn) -> None:
    chain = Chain()
    reports = [fail(chain, NOW - weeks * WEEK, notify_on) for weeks in range(4, 0, -1)]
    assert [report is not None for report in reports] == [True, False, False, False]


def test_all_reports_each_failure_and_says_that_only_the_first_is_news() -> None:
    chain = Chain()
    reports = [fail(chain, NOW - weeks * WEEK, NotifyOn.ALL) for weeks in range(3, 0, -1)]
    assert [report and report.has_news for report in reports] == [True, False, False]


def test_another_failure_is_news() -> None:
    chain = Chain()
    fail(chain, NOW - WEEK, NotifyOn.NEW)
    assert fail(chain, NOW, NotifyOn.NEW, OTHER_SYSTEM) is not None


def test_a_failure_is_news_again_after_a_scan_with_a_result() -> None:
    chain = Chain()
    fail(chain, NOW - 2 * WEEK, NotifyOn.NEW)
    chain.report_result(result_of(at=NOW - WEEK), NotifyOn.NEW)
    assert fail(chain, NOW, NotifyOn.NEW) is not None


def test_a_failure_that_could_not_be_delivered_is_still_news_when_its_event_comes_again() -> None:
    chain = Chain()
    chain.topic.error = ConnectionError("no network")
    with pytest.raises(ConnectionError):
        fail(chain, NOW, NotifyOn.NEW)
    chain.topic.error = None
    assert fail(chain, NOW, NotifyOn.NEW) is not None


def test_a_failure_that_nobody_heard_of_is_still_news_when_the_next_scan_fails_too() -> None:
    chain = Chain()
    chain.topic.error = ConnectionError("no network")
    with pytest.raises(ConnectionError):
        fail(chain, NOW - WEEK, NotifyOn.NEW)
    chain.topic.error = None
    reports = [fail(chain, NOW, NotifyOn.NEW), fail(chain, NOW + WEEK, NotifyOn.NEW)]
    assert [report is not None for report in reports] == [True, False]
