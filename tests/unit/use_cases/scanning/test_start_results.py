"""The answers of ECR to the start of a scan, and their consequences."""

from datetime import timedelta

import pytest

from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from tests.unit.samples import NOW, digest
from tests.unit.use_cases.fakes import FakeLedger, FakeRegistry
from tests.unit.use_cases.scanning.scans import images, ledger_with, scan


@pytest.mark.parametrize(
    ("answer", "is_due_tomorrow"),
    [
        pytest.param(StartScanResult.STARTED, False, id="started"),
        pytest.param(StartScanResult.RATE_LIMITED, False, id="scanned within 24 hours"),
        pytest.param(StartScanResult.UNSUPPORTED, False, id="cannot be scanned"),
        pytest.param(StartScanResult.QUOTA_EXCEEDED, True, id="the registry's quota"),
        pytest.param(StartScanResult.DISABLED, True, id="enhanced scanning"),
        pytest.param(StartScanResult.ARCHIVED, True, id="archived"),
        pytest.param(StartScanResult.GONE, True, id="gone"),
    ],
)
def test_an_answer_is_counted_and_decides_whether_the_image_is_due_tomorrow(
    answer: StartScanResult, is_due_tomorrow: bool
) -> None:
    listed = images(1)
    ledger = ledger_with(listed)
    summary = scan(FakeRegistry(listed, answers={digest(1): answer}), ledger)
    assert (summary.answers, summary.failed) == ({answer: 1}, 0)
    tomorrow = FakeRegistry(listed)
    scan(tomorrow, ledger, now=NOW + timedelta(hours=25))
    assert tomorrow.started == ([digest(1)] if is_due_tomorrow else [])


@pytest.mark.parametrize("answer", [StartScanResult.QUOTA_EXCEEDED, StartScanResult.DISABLED])
def test_an_answer_for_the_whole_registry_stops_the_starting_and_leaves_the_images_due(answer: StartScanResult) -> None:
    listed = images(50)
    registry = FakeRegistry(listed, answers={digest(3): answer})
    summary = scan(registry, ledger_with(listed))
    assert registry.started == [digest(1), digest(2), digest(3)]
    assert summary.answers == {StartScanResult.STARTED: 2, answer: 48}
    assert (summary.failed, summary.is_finished) == (0, True)


def test_the_quota_of_the_registry_is_reported_once_and_pauses_all_jobs_for_an_hour() -> None:
    listed = images(3)
    ledger = ledger_with(listed)
    met = scan(FakeRegistry(listed, answers={digest(1): StartScanResult.QUOTA_EXCEEDED}), ledger)
    assert met.met_quota
    paused, resumed = FakeRegistry(listed), FakeRegistry(listed)
    summary = scan(paused, ledger, now=NOW + timedelta(minutes=59))
    assert (paused.started, summary.met_quota) == ([], False)
    assert summary.answers == {StartScanResult.QUOTA_EXCEEDED: 3}
    scan(resumed, ledger, now=NOW + timedelta(minutes=61))
    assert len(resumed.started) == 3


def test_a_pause_that_cannot_be_ours_is_ignored() -> None:
    ledger = FakeLedger(until=NOW + timedelta(days=400))
    assert scan(FakeRegistry(images(1)), ledger).started == 1
