"""Events that come twice, late or for nothing, outlets that are gone: what is news is told, and told once."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.findings.changes import Baseline
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.registry.images import ImageId, ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import CallFailedError, DeliveryIncompleteError
from ecr_scan_reporter.use_cases.delivery import Channels, Sender
from ecr_scan_reporter.use_cases.reporting.recording import Stores
from ecr_scan_reporter.use_cases.reporting.report_scan import report_scan
from tests.unit.samples import ANY_FINDING, DIGEST, IMAGE_ID, NOW, REPOSITORY, image_id
from tests.unit.use_cases.reporting.chain import POLICY, RESULT_KEY, Chain, sender_to
from tests.unit.use_cases.reporting.scans import APT, CURL, DESCRIBED, EVENT, GLIBC, WEEK, new_event, result_of

GONE = CallFailedError("publish", "NotFound", "no such topic")
DOWN = CallFailedError("publish", "InternalError", "try again", is_passing=True)


def enhanced(*findings: Finding, **facts: Any) -> ScanResult:
    return replace(result_of(*findings), status=ScanStatus.ACTIVE, **facts)


def findings_event(**facts: Any) -> ScanEvent:
    return replace(ScanEvent.of_findings(IMAGE_ID, NOW, ("1.2",)), **facts)


# --- enhanced scanning: many events for the same news ---------------------------------------------------------------


def test_the_same_image_in_two_repositories_is_told_in_both() -> None:
    chain = Chain(enhanced(CURL))
    for name in ("dev/app", "prod/app"):
        chain.report(findings_event(image=ImageId(replace(REPOSITORY, name=name), DIGEST)))
    told = [notification.attributes["repository"] for notification in chain.topic.published]
    assert told == ["dev/app", "prod/app"]


def test_what_goes_and_comes_and_goes_again_is_told_each_time() -> None:
    chain = Chain()
    for minutes, findings in enumerate([(APT,), (APT, CURL), (APT,)]):
        chain.registry.result = enhanced(*findings, completed_at=NOW + timedelta(minutes=minutes))
        chain.report(findings_event(), ReportPolicy(ANY_FINDING, notify_on=NotifyOn.CHANGED))
    assert len(chain.topic.published) == 3


def test_what_was_told_is_no_news_when_an_event_comes_days_later() -> None:
    chain = Chain(enhanced(APT, CURL))
    chain.report(findings_event())
    chain.once.done.clear()
    chain.report(findings_event(), now=NOW + timedelta(days=2))
    assert len(chain.topic.published) == 1


def test_an_event_without_findings_does_not_replace_what_is_known() -> None:
    chain = Chain(enhanced(APT, CURL))
    chain.report(findings_event())
    kept = dict(chain.findings.saved)
    chain.registry.result = ScanResult(ScanStatus.PENDING)
    chain.report(findings_event(event_id="scan", status=ScanStatus.ACTIVE, counts={}))
    assert chain.findings.saved == kept


def test_each_change_of_an_enhanced_scan_is_recorded_though_its_date_stays() -> None:
    chain = Chain()
    for minutes, findings in enumerate([(APT, CURL, GLIBC), (APT, CURL), (APT,)]):
        chain.registry.result = enhanced(*findings)
        chain.report(findings_event(event_id=f"event-{minutes}"), now=NOW + timedelta(minutes=minutes))
    fixed = [change.fixed for change in chain.ledger.changes if not change.is_first]
    assert fixed == [{GLIBC.severity: 1}, {CURL.severity: 1}]
    assert len({change.at for change in chain.ledger.changes}) == 3


def test_a_result_of_an_enhanced_scan_counts_though_its_date_lies_before_that_of_the_last_one() -> None:
    chain = Chain(enhanced(APT))
    chain.report(findings_event())
    chain.registry.result = enhanced(APT, CURL, completed_at=NOW - WEEK)
    chain.report(findings_event(event_id="event-2"))
    assert len(chain.topic.published) == 2


# --- outlets and stores that are gone -------------------------------------------------------------------------------


class Chat:
    """A second channel, which fails with `error`, if there is one."""

    def __init__(self, error: CallFailedError | None) -> None:
        self.error = error
        self.told: list[ScanReport] = []

    @property
    def delivered(self) -> int:
        return len(self.told)

    def __call__(self, report: ScanReport) -> str:
        if self.error:
            raise self.error
        self.told.append(report)
        return "chat-1"


def report_to_both(chain: Chain, chat: Chat, scan: ScanResult, event: ScanEvent) -> None:
    chain.registry.result = scan
    senders: dict[str, Sender[ScanReport]] = {"topic": sender_to(chain.topic), "chat": chat}
    channels, stores = Channels(senders, chain.once), Stores(chain.ledger, chain.findings)
    policy = ReportPolicy(ANY_FINDING, notify_on=NotifyOn.NEW)
    report_scan(event, chain.tools(channels, stores), policy=policy, now=NOW)


def test_an_outlet_that_is_gone_does_not_make_the_others_repeat_old_news() -> None:
    chain, chat = Chain(), Chat(GONE)
    chain.report_result(result_of(APT, at=NOW - 2 * WEEK))
    with pytest.raises(DeliveryIncompleteError):
        report_to_both(chain, chat, result_of(APT, CURL, at=NOW - WEEK), new_event(at=NOW - WEEK))
    report_to_both(chain, chat, result_of(APT, CURL), new_event())
    assert len(chain.topic.published) == 2
    assert [change.new for change in chain.ledger.changes if not change.is_first] == [{Severity.CRITICAL: 1}]


def test_an_outlet_that_is_down_is_told_later_and_the_others_are_not_told_again() -> None:
    chain, chat = Chain(), Chat(DOWN)
    event, scan = new_event(), result_of(APT, CURL)
    with pytest.raises(DeliveryIncompleteError):
        report_to_both(chain, chat, scan, event)
    chat.error = None
    report_to_both(chain, chat, scan, event)
    assert (len(chain.topic.published), chat.delivered) == (1, 1)


def test_a_first_scan_is_told_in_full_to_an_outlet_that_comes_back() -> None:
    chain, chat = Chain(), Chat(GONE)
    with pytest.raises(DeliveryIncompleteError):
        report_to_both(chain, chat, result_of(CURL), new_event())
    chat.error = None
    report_to_both(chain, chat, result_of(CURL), new_event())
    assert (len(chain.topic.published), chat.delivered) == (1, 1)


def test_an_outlet_that_comes_back_hears_what_is_new_since_the_image_that_had_the_tag() -> None:
    chain, chat, rebuilt = Chain(), Chat(GONE), replace(DESCRIBED, id=image_id(2))
    chain.report_result(result_of(CURL, at=NOW - WEEK))
    chain.registry.listed = [rebuilt]
    event = new_event(image=rebuilt.id)
    with pytest.raises(DeliveryIncompleteError):
        report_to_both(chain, chat, result_of(CURL, GLIBC), event)
    chat.error = None
    report_to_both(chain, chat, result_of(CURL, GLIBC), event)
    (told,) = chat.told
    assert told.changes is not None
    assert [finding.name for finding in told.changes.new] == [GLIBC.name]


def test_an_outlet_that_is_gone_does_not_make_the_others_repeat_old_news_of_a_tag() -> None:
    chain, chat, told = Chain(), Chat(GONE), []
    for number, found in enumerate([(CURL,), (CURL, GLIBC), (CURL, GLIBC)], 2):
        rebuilt = replace(DESCRIBED, id=image_id(number))
        chain.registry.listed = [rebuilt]
        with suppress(DeliveryIncompleteError):
            report_to_both(chain, chat, result_of(*found), new_event(image=rebuilt.id))
        told.append(len(chain.topic.published))
    assert told == [1, 2, 2]


@pytest.mark.parametrize("notify_on", NotifyOn)
def test_a_channel_that_is_gone_fails_each_retry_so_that_the_event_ends_in_the_dead_letter_queue(
    notify_on: NotifyOn,
) -> None:
    chain, chat = Chain(), Chat(GONE)
    event, scan, policy = new_event(), result_of(APT, CURL), ReportPolicy(ANY_FINDING, notify_on=notify_on)
    chain.report_result(result_of(APT, at=NOW - WEEK))
    senders: dict[str, Sender[ScanReport]] = {"topic": sender_to(chain.topic), "chat": chat}
    tools = chain.tools(Channels(senders, chain.once), Stores(chain.ledger, chain.findings))
    chain.registry.result = scan
    for _ in range(3):
        with pytest.raises(DeliveryIncompleteError):
            report_scan(event, tools, policy=policy, now=NOW)
    chat.error = None
    for _ in range(2):
        report_scan(event, tools, policy=policy, now=NOW)
    assert (len(chain.topic.published), chat.delivered) == (2, 1)
    assert [change.new for change in chain.ledger.changes if not change.is_first] == [{Severity.CRITICAL: 1}]


class BrokenHub:
    """A Security Hub that is down."""

    def collect(self, image: ScannedImage, found: ScanResult, baseline: Baseline | None, now: object) -> None:
        raise DOWN


def test_people_hear_of_a_scan_while_security_hub_is_down() -> None:
    chain = Chain()
    stores = Stores(chain.ledger, chain.findings, hub=BrokenHub())
    channels = Channels({"topic": sender_to(chain.topic)}, chain.once)
    for _ in range(2):
        with pytest.raises(CallFailedError):
            report_scan(EVENT, chain.tools(channels, stores), policy=POLICY, now=NOW)
    assert len(chain.topic.published) == 1
    assert chain.findings.saved == {}


# --- stored results that were changed by somebody else --------------------------------------------------------------


def test_a_stored_change_that_cannot_be_read_leaves_the_findings_to_compare_with() -> None:
    chain = Chain()
    chain.registry.listed = [replace(DESCRIBED, tags=())]  # No tag leads to the result before.
    chain.report_result(result_of(APT, at=NOW - WEEK))
    chain.findings.saved[RESULT_KEY] = dict(chain.findings.saved[RESULT_KEY]) | {"change": {"at": "yesterday"}}
    chain.report_result(result_of(APT, CURL))
    assert [finding["name"] for finding in chain.document()["changes"]["new"]] == [CURL.name]
    assert chain.findings.saved[RESULT_KEY]["change"]["new"] == {"CRITICAL": 1}


# --- which image has a tag ------------------------------------------------------------------------------------------


def test_a_tag_that_goes_back_is_compared_with_the_image_that_had_it_last() -> None:
    chain = Chain()
    first = list(chain.registry.listed or ())
    second, third = ([replace(image, id=ImageId(REPOSITORY, f"sha256:{n * 64}")) for image in first] for n in "23")
    scans = [
        (first, result_of(GLIBC)),
        (second, result_of(CURL)),
        (first, result_of(GLIBC)),
        (third, result_of(CURL, GLIBC)),
    ]
    for number, (images, scan) in enumerate(scans):
        chain.registry.listed = images
        chain.registry.result = replace(scan, completed_at=NOW + timedelta(days=number))
        chain.report(new_event(image=images[0].id))
    assert [finding["name"] for finding in chain.document()["changes"]["new"]] == [CURL.name]


def test_a_pointer_that_was_not_written_is_written_by_the_next_scan() -> None:
    chain = Chain(result_of(CURL, at=NOW - WEEK))
    chain.report(new_event(at=NOW - WEEK))
    pointers = {key: document for key, document in chain.findings.saved.items() if key != RESULT_KEY}
    for key in pointers:
        del chain.findings.saved[key]
    chain.report_result(result_of(CURL))
    assert {key: document for key, document in chain.findings.saved.items() if key != RESULT_KEY} == pointers
