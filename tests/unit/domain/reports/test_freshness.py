"""ECR's answer beside its event: the same scan, the one before, or a later one."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.reports.freshness import is_behind, known_result, scan_identity
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.samples import DIGEST, IMAGE_ID, NOW, REPOSITORY, ago, image_id

COMPLETE, FAILED = ScanStatus.COMPLETE, ScanStatus.FAILED
EVENT = ScanEvent("event-1", IMAGE_ID, COMPLETE, ago(hours=8), {Severity.HIGH: 2})
FAILURE = replace(EVENT, status=FAILED, counts={})
ENHANCED = replace(EVENT, status=ScanStatus.ACTIVE, is_enhanced=True)
OF_FINDINGS = ScanEvent.of_findings(IMAGE_ID, NOW, ())


def answer(status: ScanStatus, **age: float) -> ScanResult:
    """Return an answer of ECR, so long before NOW, or without a date."""
    return ScanResult(status, ago(**age) if age else None)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        pytest.param(EVENT, None, id="no scan"),
        pytest.param(EVENT, answer(ScanStatus.IN_PROGRESS), id="a scan that runs"),
        pytest.param(EVENT, answer(ScanStatus.PENDING), id="a scan that waits"),
        pytest.param(EVENT, answer(COMPLETE, days=8), id="the scan of last week"),
        pytest.param(EVENT, answer(COMPLETE, hours=9, seconds=1), id="just over an hour before"),
        pytest.param(EVENT, answer(FAILED), id="a failure, and this scan succeeded"),
        pytest.param(FAILURE, answer(COMPLETE), id="a success without a date, and this scan failed"),
        pytest.param(FAILURE, answer(COMPLETE, days=8), id="the success of last week, and this scan failed"),
        pytest.param(ENHANCED, None, id="no enhanced scan"),
        pytest.param(ENHANCED, answer(ScanStatus.PENDING), id="an enhanced scan that waits"),
    ],
)
def test_an_answer_that_is_behind_does_not_beat_the_event(event: ScanEvent, told: ScanResult | None) -> None:
    assert is_behind(told, event)
    assert known_result(told, event, NOW) == (ScanResult(event.status, event.at, counts=event.counts), False)
    assert scan_identity(told, event).endswith("/event event-1")


@pytest.mark.parametrize(
    ("event", "told"),
    [
        pytest.param(EVENT, answer(COMPLETE, hours=8), id="this scan"),
        pytest.param(EVENT, answer(COMPLETE, hours=9), id="an hour before"),
        pytest.param(EVENT, answer(COMPLETE, minutes=1), id="a later scan"),
        pytest.param(EVENT, answer(FAILED, minutes=1), id="a later scan, which failed"),
        pytest.param(FAILURE, answer(COMPLETE, minutes=1), id="a later scan, which succeeded"),
        pytest.param(ENHANCED, answer(ScanStatus.ACTIVE, days=90), id="enhanced scanning dates its first scan"),
        pytest.param(OF_FINDINGS, answer(ScanStatus.ACTIVE, days=90), id="a finding of an old scan"),
    ],
)
def test_an_answer_of_this_scan_or_a_later_one_beats_the_event(event: ScanEvent, told: ScanResult) -> None:
    assert not is_behind(told, event)
    assert known_result(told, event, NOW) == (told, True)


@pytest.mark.parametrize("date", [{}, {"days": 8}], ids=["without a date", "with the date of the findings before it"])
def test_a_failure_ended_when_its_event_says_and_keeps_its_description(date: dict[str, float]) -> None:
    told = replace(answer(FAILED, **date), description="why")
    assert known_result(told, FAILURE, NOW) == (ScanResult(FAILED, FAILURE.at, "why"), True)
    assert scan_identity(told, FAILURE).endswith("/event event-1")


@pytest.mark.parametrize("status", [ScanStatus.UNKNOWN, ScanStatus.IMAGE_ARCHIVED, ScanStatus.FINDINGS_UNAVAILABLE])
def test_what_will_not_be_known_later_is_not_waited_for(status: ScanStatus) -> None:
    assert not is_behind(answer(status), EVENT)
    assert known_result(answer(status), EVENT, NOW) == (ScanResult(COMPLETE, EVENT.at, counts=EVENT.counts), False)


@pytest.mark.parametrize("told", [None, answer(ScanStatus.PENDING), answer(ScanStatus.UNKNOWN)])
def test_of_single_findings_nothing_is_known_without_ecr_and_nothing_is_waited_for(told: ScanResult | None) -> None:
    assert not is_behind(told, OF_FINDINGS)
    assert known_result(told, OF_FINDINGS, NOW)[0].status is ScanStatus.UNKNOWN


def test_a_scan_is_the_same_whoever_tells_of_it() -> None:
    told = answer(COMPLETE, hours=8)
    recovered = replace(EVENT, event_id="recovered", at=ago(hours=8, minutes=-1))
    elsewhere = replace(told, completed_at=ago(hours=8).astimezone(timezone(timedelta(hours=2))))
    assert scan_identity(told, EVENT) == scan_identity(told, recovered) == scan_identity(elsewhere, EVENT)
    assert scan_identity(told, EVENT) == f"{REPOSITORY}@{DIGEST}/2026-01-31T04:00:00+00:00"


def test_other_scans_images_and_repositories_are_others() -> None:
    events = (
        EVENT,
        replace(EVENT, image=image_id(1)),
        replace(EVENT, image=image_id(1, replace(REPOSITORY, name="other"))),
    )
    answers = (answer(COMPLETE, hours=8), answer(COMPLETE, minutes=1), None)
    assert len({scan_identity(told, event) for event in events for told in answers}) == 9


def test_an_event_without_an_id_is_known_by_its_time() -> None:
    nameless = replace(EVENT, event_id="")
    assert scan_identity(None, nameless).endswith("/event 2026-01-31T04:00:00+00:00")
