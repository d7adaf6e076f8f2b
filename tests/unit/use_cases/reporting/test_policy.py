"""What people say of repositories and findings decides what is told, and to whom."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import FIXED, End
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.use_cases.delivery import Channels
from ecr_scan_reporter.use_cases.reporting.recording import Stores
from ecr_scan_reporter.use_cases.reporting.report_scan import report_scan
from tests.unit.samples import ANY_FINDING, IMAGE_ID, NOW, RESULT
from tests.unit.use_cases.reporting.chain import POLICY, RESULT_KEY, Chain, sender_to
from tests.unit.use_cases.reporting.scans import APT, CURL, GLIBC, WEEK, new_event, result_of

DENIED = CallFailedError("list_tags_for_resource", "AccessDeniedException", "not you")
FAULT = CallFailedError("list_tags_for_resource", "ServerException", "try again", is_passing=True)


def suppression(cve: str = CURL.name, until: End = None) -> Suppression:
    return Suppression("rule-1", cve, "not reachable", until, "somebody", NOW - WEEK)


# --- tags of the repository ---------------------------------------------------------------------------------------


def test_the_owner_is_told_to_people_programs_and_filters() -> None:
    chain = Chain()
    chain.registry.tags = {"owner": "team-payments"}
    chain.report()
    assert chain.document()["owner"] == "team-payments"
    assert chain.topic.published[-1].attributes["owner"] == "team-payments"
    assert chain.ledger.results[-1].owner == "team-payments"


def test_without_an_owner_there_is_no_attribute() -> None:
    chain = Chain()
    chain.report()
    assert chain.document()["owner"] is None
    assert "owner" not in chain.topic.published[-1].attributes


def test_the_thresholds_of_the_repository_decide() -> None:
    chain = Chain()
    chain.registry.tags = {f"ecr-scan-reporter:{level}": "9" for level in ("critical", "high", "low")}
    assert chain.report() == (None, {})
    assert len(chain.ledger.results) == 1


def test_a_repository_that_is_left_out_is_neither_told_nor_remembered() -> None:
    chain = Chain()
    chain.registry.tags = {"ecr-scan-reporter:scan": "off"}
    assert chain.report() == (None, {})
    assert chain.steps == []


def test_a_wrong_tag_is_told_with_the_report() -> None:
    chain = Chain()
    chain.registry.tags = {"ecr-scan-reporter:critical": "many"}
    chain.report()
    assert chain.document()["notes"] == [
        "tag ecr-scan-reporter:critical is 'many': allowed is a whole number from 0 to 1000000000, or off"
    ]
    assert "tag ecr-scan-reporter:critical is 'many'" in chain.email()


def test_tags_that_may_not_be_read_leave_the_general_settings() -> None:
    chain = Chain()
    chain.registry.tags = DENIED
    report, _ = chain.report()
    assert report is not None
    assert report.tag_warnings == ("the tags of the repository could not be read: AccessDeniedException",)


def test_tags_that_cannot_be_read_now_are_read_later() -> None:
    chain = Chain()
    chain.registry.tags = FAULT
    with pytest.raises(CallFailedError):
        chain.report()
    assert chain.steps == []


# --- suppressions -------------------------------------------------------------------------------------------------


def test_a_suppressed_finding_appears_nowhere_but_in_the_number() -> None:
    chain = Chain()
    chain.suppressions.known = [suppression()]
    report, _ = chain.report()
    assert report is not None
    assert report.severity is Severity.HIGH
    assert CURL.name not in chain.topic.published[-1].message
    assert (chain.document()["counts"]["CRITICAL"], chain.document()["suppressedTotal"]) == (0, 1)
    assert "has 1 high, 1 low." in chain.email()
    assert "\n1 suppressed: 1 by rule-1 " in chain.email()
    (record,) = chain.ledger.results
    assert (record.counts, record.suppressed, record.suppressions) == (
        {Severity.HIGH: 1, Severity.LOW: 1},
        1,
        ("rule-1",),
    )


def test_a_suppressed_finding_counts_toward_no_threshold() -> None:
    chain = Chain()
    chain.suppressions.known = [suppression("CVE-*")]
    assert chain.report() == (None, {})


def test_the_full_result_says_which_rule_suppresses_what() -> None:
    chain = Chain()
    chain.suppressions.known = [suppression()]
    chain.report()
    kept = {finding["name"]: finding.get("suppressedBy") for finding in chain.findings.saved[RESULT_KEY]["findings"]}
    assert kept == {CURL.name: "rule-1", GLIBC.name: None, APT.name: None}


@pytest.mark.parametrize("notify_on", [NotifyOn.NEW, NotifyOn.CHANGED])
def test_a_finding_comes_back_as_news_when_its_rule_has_ended(notify_on: NotifyOn) -> None:
    chain = Chain()
    chain.suppressions.known = [suppression(until=(NOW - timedelta(days=1)).date())]
    chain.registry.result = result_of(CURL, GLIBC, at=NOW - WEEK)
    chain.report(new_event(at=NOW - WEEK), now=NOW - WEEK)
    assert chain.report_result(result_of(CURL, GLIBC), notify_on) is not None
    assert [finding["name"] for finding in chain.document()["changes"]["new"]] == [CURL.name]


def test_a_finding_that_is_suppressed_from_now_on_is_not_fixed() -> None:
    chain = Chain()
    chain.report_result(result_of(CURL, GLIBC, at=NOW - WEEK))
    chain.suppressions.known = [suppression()]
    assert chain.report_result(result_of(CURL, GLIBC), NotifyOn.CHANGED) is None


def test_a_suppressed_finding_that_is_gone_is_no_news() -> None:
    chain = Chain()
    chain.suppressions.known = [suppression()]
    chain.report_result(result_of(CURL, GLIBC, at=NOW - WEEK))
    assert chain.report_result(result_of(GLIBC), NotifyOn.CHANGED) is None


# --- enhanced scanning --------------------------------------------------------------------------------------------

FINDINGS_EVENT = ScanEvent.of_findings(IMAGE_ID, NOW, ("1.2",))
ACTIVE = replace(RESULT, status=ScanStatus.ACTIVE)


def test_news_of_single_findings_is_told_once() -> None:
    chain = Chain(ACTIVE)
    for _ in range(3):
        chain.report(FINDINGS_EVENT, POLICY.of_changes, epss={})
    assert len(chain.topic.published) == 1


def test_a_finding_comes_back_as_news_when_a_fix_of_it_is_known() -> None:
    chain = Chain()
    chain.suppressions.known = [suppression(until=FIXED)]
    for minutes, fix in enumerate(["NO", "PARTIAL", "YES", "YES"]):
        findings = (replace(CURL, fix_available=fix), APT)
        chain.registry.result = replace(result_of(*findings), status=ScanStatus.ACTIVE)
        chain.report(FINDINGS_EVENT, POLICY.of_changes, now=NOW + timedelta(minutes=minutes), epss={})
    assert len(chain.topic.published) == 2
    (new,) = chain.document()["changes"]["new"]
    assert (new["name"], new["suppressedBefore"]["untilFixed"]) == (CURL.name, True)
    assert "suppression rule-1 ended: a fix is available" in chain.email()
    first, second = chain.ledger.changes
    assert (first.is_first, second.is_first, second.new) == (True, False, {CURL.severity: 1})


def test_the_first_scan_and_the_events_of_its_findings_are_one_message() -> None:
    chain = Chain(ACTIVE)
    chain.report(replace(FINDINGS_EVENT, event_id="scan", status=ScanStatus.ACTIVE))
    chain.report(FINDINGS_EVENT, POLICY.of_changes, epss={})
    assert len(chain.topic.published) == 1


def test_a_finding_that_comes_later_is_told_as_news() -> None:
    chain = Chain(replace(ACTIVE, findings=(GLIBC,), counts={Severity.HIGH: 1}))
    chain.report(FINDINGS_EVENT, POLICY.of_changes, epss={})
    chain.registry.result = replace(ACTIVE, findings=(CURL, GLIBC), counts={Severity.CRITICAL: 1, Severity.HIGH: 1})
    chain.report(FINDINGS_EVENT, POLICY.of_changes, epss={CURL.name: 0.94})
    (new,) = chain.document()["changes"]["new"]
    assert (new["name"], new["epss"]) == (CURL.name, 0.94)
    assert "EPSS 0.94" in chain.email()


def test_epss_is_remembered_where_later_events_do_not_tell_it() -> None:
    chain = Chain(ACTIVE)
    chain.report(FINDINGS_EVENT, POLICY.of_changes, epss={CURL.name: 0.94})
    chain.registry.result = replace(ACTIVE, completed_at=NOW)
    chain.report(FINDINGS_EVENT, POLICY.of_changes, epss={})
    assert chain.findings.saved[RESULT_KEY]["findings"][0]["epss"] == 0.94


def test_an_event_of_a_finding_without_a_change_above_the_thresholds_is_no_news() -> None:
    chain = Chain(replace(ACTIVE, completed_at=NOW - WEEK))
    chain.report(FINDINGS_EVENT, POLICY.of_changes, epss={})
    chain.registry.result = replace(ACTIVE, completed_at=NOW)
    assert chain.report(FINDINGS_EVENT, POLICY.of_changes, epss={}) == (None, {})


@pytest.mark.parametrize("answer", [None, replace(RESULT, status=ScanStatus.FINDINGS_UNAVAILABLE)])
def test_where_ecr_tells_nothing_an_event_of_a_finding_does_not_mean_that_all_is_fixed(answer: None) -> None:
    chain = Chain(ACTIVE)
    chain.report(FINDINGS_EVENT, POLICY.of_changes, epss={})
    kept = dict(chain.findings.saved)
    chain.registry.result = answer
    assert chain.report(FINDINGS_EVENT, ReportPolicy(ANY_FINDING, notify_on=NotifyOn.CHANGED), epss={}) == (None, {})
    assert chain.findings.saved == kept


def test_changes_rules_keep_what_was_chosen() -> None:
    rules = [ReportPolicy(ANY_FINDING, notify_on=notify_on).of_changes.notify_on for notify_on in NotifyOn]
    assert rules == [NotifyOn.NEW, NotifyOn.NEW, NotifyOn.CHANGED]


# --- what the digest needs ----------------------------------------------------------------------------------------


def test_a_scan_that_changed_something_is_remembered_for_the_digest() -> None:
    chain = Chain()
    chain.report_result(result_of(replace(GLIBC, severity=Severity.LOW), APT, at=NOW - WEEK))
    chain.ledger.changes.clear()
    chain.report_result(result_of(CURL, GLIBC))
    (change,) = chain.ledger.changes
    assert (change.new, change.raised, change.fixed) == (
        {Severity.CRITICAL: 1},
        {Severity.HIGH: 1},
        {Severity.LOW: 1},
    )
    assert (change.at, change.tag, change.news) == (NOW, "1.2", (f"{CURL.name} curl", f"{GLIBC.name} glibc"))


def test_a_scan_that_changed_nothing_is_not() -> None:
    chain = Chain()
    chain.report_result(result_of(CURL, at=NOW - WEEK))
    chain.ledger.changes.clear()
    chain.report_result(result_of(CURL))
    assert chain.ledger.changes == []


def test_the_first_scan_of_an_image_is_recorded_with_all_its_findings_as_new() -> None:
    chain = Chain()
    chain.report_result(result_of(CURL, APT))
    (change,) = chain.ledger.changes
    assert (change.is_first, change.new) == (True, {Severity.CRITICAL: 1, Severity.LOW: 1})
    assert change.news == (f"{CURL.name} curl", f"{APT.name} apt")


def test_a_first_scan_without_findings_is_no_change() -> None:
    chain = Chain()
    chain.report_result(result_of())
    assert chain.ledger.changes == []


def test_without_stored_findings_no_scan_is_a_first_one() -> None:
    chain = Chain(result_of(CURL))
    tools = chain.tools(Channels({"topic": sender_to(chain.topic)}), Stores(chain.ledger))
    report_scan(new_event(), tools, policy=POLICY, now=NOW)
    assert chain.ledger.changes == []


def test_a_lowered_threshold_is_news_once() -> None:
    chain = Chain()
    lenient = ReportPolicy({Severity.LOW: 50}, notify_on=NotifyOn.NEW)
    strict = replace(lenient, thresholds={Severity.LOW: 1})
    reasons = []
    for weeks, policy in ((3, lenient), (2, strict), (1, strict)):
        chain.registry.result = result_of(APT, at=NOW - weeks * WEEK)
        report, _ = chain.report(new_event(at=NOW - weeks * WEEK), policy, now=NOW - weeks * WEEK)
        reasons.append(report and [breach.severity for breach in report.newly_breached])
    assert reasons == [None, [Severity.LOW], None]


def test_each_finding_is_dated_by_the_scan_that_saw_it_first() -> None:
    chain = Chain()
    chain.report_result(result_of(CURL, at=NOW - WEEK))
    chain.report_result(result_of(CURL, GLIBC))
    dates = {finding["name"]: finding["firstSeenAt"] for finding in chain.document()["findings"]}
    assert dates == {CURL.name: "2026-01-24T12:00:00Z", GLIBC.name: "2026-01-31T12:00:00Z"}
