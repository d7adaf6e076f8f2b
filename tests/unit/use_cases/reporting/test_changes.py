"""A scan against the one before: what is new comes first, and what is no news can be kept quiet."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.samples import ANY_FINDING, FINDINGS, NOW, RESULT, image_id
from tests.unit.use_cases.reporting.test_report_scan import DESCRIBED, EVENT, Chain

CURL, GLIBC, APT = FINDINGS
WEEK = timedelta(days=7)
NUMBERS = count()


def result(*findings: Finding, at: datetime = NOW) -> ScanResult:
    counts = {severity: sum(f.severity is severity for f in findings) for severity in Severity}
    return replace(RESULT, completed_at=at, findings=findings, counts={s: n for s, n in counts.items() if n})


def an_event(**facts: Any) -> ScanEvent:
    """Return an event that is no repetition of another."""
    return replace(EVENT, event_id=str(next(NUMBERS)), **facts)


def tell(chain: Chain, scan: ScanResult, notify_on: NotifyOn = NotifyOn.ALL) -> ScanReport | None:
    chain.registry.result = scan
    report, _ = chain.report(an_event(at=scan.completed_at), ReportPolicy(ANY_FINDING, notify_on=notify_on))
    return report


def test_a_first_scan_has_nothing_to_compare_with() -> None:
    chain = Chain()
    assert tell(chain, result(CURL)) is not None
    assert chain.told()["changes"] is None


def test_a_later_scan_tells_what_is_new_raised_and_fixed() -> None:
    chain = Chain()
    tell(chain, result(replace(GLIBC, severity=Severity.LOW), APT, at=NOW - WEEK))
    tell(chain, result(CURL, GLIBC))
    changes = chain.told()["changes"]
    assert changes["comparedWith"]["completedAt"] == "2026-01-24T12:00:00Z"
    assert [finding["name"] for finding in changes["new"]] == [CURL.name]
    assert [(f["name"], f["severityBefore"]) for f in changes["raised"]] == [(GLIBC.name, "LOW")]
    assert [finding["name"] for finding in changes["fixed"]] == [APT.name]


def test_a_tag_that_moved_is_compared_with_the_image_that_had_it() -> None:
    chain = Chain()
    tell(chain, result(CURL, GLIBC, at=NOW - WEEK))
    rebuilt = replace(DESCRIBED, id=image_id(2))
    chain.registry.listed = [rebuilt]
    chain.registry.result = result(GLIBC)
    chain.report(an_event(image=rebuilt.id))
    changes = chain.told()["changes"]
    assert changes["comparedWith"]["imageDigest"] == DESCRIBED.digest
    assert [finding["name"] for finding in changes["fixed"]] == [CURL.name]


@pytest.mark.parametrize(
    ("notify_on", "told"), [(NotifyOn.ALL, True), (NotifyOn.NEW, False), (NotifyOn.CHANGED, False)]
)
def test_an_unchanged_scan_is_told_on_all_alone(notify_on: NotifyOn, told: bool) -> None:
    chain = Chain()
    tell(chain, result(CURL, at=NOW - WEEK))
    assert (tell(chain, result(CURL), notify_on) is not None) == told


def test_when_all_is_fixed_changed_tells_it() -> None:
    chain = Chain()
    tell(chain, result(CURL, at=NOW - WEEK))
    report = tell(chain, result(), NotifyOn.CHANGED)
    assert report is not None
    assert report.reason is ReportReason.FINDINGS_FIXED
    assert chain.topic.published[-1].subject == "Fixed: team/app:1.2 - 1 critical fixed; nothing left"
    assert chain.topic.published[-1].attributes["hasNew"] == "false"


@pytest.mark.parametrize("notify_on", [NotifyOn.NEW, NotifyOn.CHANGED])
def test_another_event_of_the_same_scan_has_no_news(notify_on: NotifyOn) -> None:
    chain = Chain()
    tell(chain, result(APT, at=NOW - WEEK))
    assert tell(chain, result(CURL, APT), notify_on) is not None
    assert tell(chain, result(CURL, APT), notify_on) is None


def test_the_same_event_twice_is_told_once() -> None:
    chain = Chain(result(CURL))
    event = an_event()
    assert chain.report(event)[1] == chain.report(event)[1]
    assert len(chain.topic.published) == 1


@pytest.mark.parametrize("notify_on", [NotifyOn.NEW, NotifyOn.CHANGED])
def test_what_could_never_be_told_is_news_to_the_next_scan(notify_on: NotifyOn) -> None:
    chain = Chain()
    tell(chain, result(APT, at=NOW - 2 * WEEK))
    chain.topic.error = CallFailedError("Publish", "KMSAccessDenied", "not you")
    with pytest.raises(CallFailedError):
        tell(chain, result(CURL, APT, at=NOW - WEEK), notify_on)
    chain.topic.error = None
    assert tell(chain, result(CURL, APT), notify_on) is not None
    assert [finding["name"] for finding in chain.told()["changes"]["new"]] == [CURL.name]
    assert [change.at for change in chain.ledger.changes] == [NOW]


def test_an_event_that_is_older_than_what_was_told_makes_no_news() -> None:
    chain = Chain()
    tell(chain, result(CURL))
    saved = dict(chain.findings.saved)
    assert tell(chain, result(CURL, GLIBC, at=NOW - WEEK)) is None
    assert chain.findings.saved == saved
