"""A scan against the one before: what is new comes first, and what is no news can be kept quiet."""

from dataclasses import replace

import pytest

from ecr_scan_reporter.domain.reports.policy import NotifyOn
from ecr_scan_reporter.domain.reports.reports import ReportReason
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.samples import NOW, image_id
from tests.unit.use_cases.reporting.chain import Chain
from tests.unit.use_cases.reporting.scans import APT, CURL, DESCRIBED, GLIBC, WEEK, new_event, result_of


def test_a_first_scan_has_nothing_to_compare_with() -> None:
    chain = Chain()
    assert chain.report_result(result_of(CURL)) is not None
    assert chain.document()["changes"] is None


def test_a_later_scan_tells_what_is_new_raised_and_fixed() -> None:
    chain = Chain()
    chain.report_result(result_of(replace(GLIBC, severity=Severity.LOW), APT, at=NOW - WEEK))
    chain.report_result(result_of(CURL, GLIBC))
    changes = chain.document()["changes"]
    assert changes["comparedWith"]["completedAt"] == "2026-01-24T12:00:00Z"
    assert [finding["name"] for finding in changes["new"]] == [CURL.name]
    assert [(f["name"], f["severityBefore"]) for f in changes["raised"]] == [(GLIBC.name, "LOW")]
    assert [finding["name"] for finding in changes["fixed"]] == [APT.name]


def test_a_tag_that_moved_is_compared_with_the_image_that_had_it() -> None:
    chain = Chain()
    chain.report_result(result_of(CURL, GLIBC, at=NOW - WEEK))
    rebuilt = replace(DESCRIBED, id=image_id(2))
    chain.registry.listed = [rebuilt]
    chain.registry.result = result_of(GLIBC)
    chain.report(new_event(image=rebuilt.id))
    changes = chain.document()["changes"]
    assert changes["comparedWith"]["imageDigest"] == DESCRIBED.digest
    assert [finding["name"] for finding in changes["fixed"]] == [CURL.name]


@pytest.mark.parametrize(
    ("notify_on", "told"), [(NotifyOn.ALL, True), (NotifyOn.NEW, False), (NotifyOn.CHANGED, False)]
)
def test_an_unchanged_scan_is_told_on_all_alone(notify_on: NotifyOn, told: bool) -> None:
    chain = Chain()
    chain.report_result(result_of(CURL, at=NOW - WEEK))
    assert (chain.report_result(result_of(CURL), notify_on) is not None) == told


def test_when_all_is_fixed_changed_tells_it() -> None:
    chain = Chain()
    chain.report_result(result_of(CURL, at=NOW - WEEK))
    report = chain.report_result(result_of(), NotifyOn.CHANGED)
    assert report is not None
    assert report.reason is ReportReason.FINDINGS_FIXED
    assert chain.topic.published[-1].subject == "Fixed: team/app:1.2 - 1 critical fixed; nothing left"
    assert chain.topic.published[-1].attributes["hasNew"] == "false"


@pytest.mark.parametrize("notify_on", [NotifyOn.NEW, NotifyOn.CHANGED])
def test_another_event_of_the_same_scan_has_no_news(notify_on: NotifyOn) -> None:
    chain = Chain()
    chain.report_result(result_of(APT, at=NOW - WEEK))
    assert chain.report_result(result_of(CURL, APT), notify_on) is not None
    assert chain.report_result(result_of(CURL, APT), notify_on) is None


def test_the_reporter_reports_the_same_event_once_when_it_comes_twice() -> None:
    chain = Chain(result_of(CURL))
    event = new_event()
    assert chain.report(event)[1] == {"topic": "message-1"}
    assert chain.report(event) == (None, {})
    assert len(chain.topic.published) == 1


def test_two_events_that_read_the_same_scan_are_reported_once_without_an_idempotency_table_too() -> None:
    chain = Chain(result_of(CURL))
    for _ in range(2):
        chain.once.done.clear()
        chain.report(new_event())
    assert len(chain.topic.published) == 1


@pytest.mark.parametrize("notify_on", [NotifyOn.NEW, NotifyOn.CHANGED])
def test_what_could_never_be_told_is_news_to_the_next_scan(notify_on: NotifyOn) -> None:
    chain = Chain()
    chain.report_result(result_of(APT, at=NOW - 2 * WEEK))
    chain.topic.error = CallFailedError("Publish", "KMSAccessDenied", "not you")
    with pytest.raises(CallFailedError):
        chain.report_result(result_of(CURL, APT, at=NOW - WEEK), notify_on)
    chain.topic.error = None
    assert chain.report_result(result_of(CURL, APT), notify_on) is not None
    assert [finding["name"] for finding in chain.document()["changes"]["new"]] == [CURL.name]
    assert [change.at for change in chain.ledger.changes if not change.is_first] == [NOW]


def test_an_event_that_is_older_than_what_was_told_makes_no_news() -> None:
    chain = Chain()
    chain.report_result(result_of(CURL))
    saved = dict(chain.findings.saved)
    assert chain.report_result(result_of(CURL, GLIBC, at=NOW - WEEK)) is None
    assert chain.findings.saved == saved
