"""The budget of a day goes to the images that are pulled, and unused scans go back to it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.policy import DEFAULT_SCANS_PER_DAY
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.use_cases.scanning.budget import Budget
from tests.unit.samples import NOW, REPOSITORY, ago, digest, image
from tests.unit.use_cases.fakes import Answers, FakeLedger, FakeRegistry
from tests.unit.use_cases.scanning.scans import (
    DENIED,
    FAULT,
    JOB,
    NEVER_SCANNED,
    WEEKLY,
    after_starts,
    images,
    ledger_with,
    scan,
)


def test_without_a_budget_of_its_own_a_registry_leaves_room_for_scans_on_push() -> None:
    ledger = FakeLedger(spent=DEFAULT_SCANS_PER_DAY - 2)
    summary = scan(FakeRegistry([image(n) for n in range(5)]), ledger, JOB)
    assert summary.answers == {StartScanResult.STARTED: 2, StartScanResult.OVER_BUDGET: 3}
    assert ledger.spent == DEFAULT_SCANS_PER_DAY == 80_000


def test_a_job_takes_the_scans_that_the_ledger_says_are_due_in_one_call() -> None:
    ledger = FakeLedger({digest(n): NEVER_SCANNED for n in range(5)})
    scan(FakeRegistry([image(n) for n in range(5)]), ledger, JOB)
    assert (ledger.spent, ledger.spendings) == (5, [5])


def test_scans_that_a_job_has_taken_and_not_started_go_back_once() -> None:
    ledger = FakeLedger()
    budget = Budget(ledger, REPOSITORY, per_day=1_000, share=1_000, now=NOW)
    assert [budget.take() for _ in range(3)] == [None] * 3
    budget.put_back()
    budget.close()
    budget.close()
    assert ledger.spent == 2


def test_a_budget_goes_to_the_images_that_were_pulled_most_recently() -> None:
    listed = [image(n, pulled_at=ago(days=n)) for n in (4, 2, 1, 3)]
    registry, ledger = FakeRegistry(listed), FakeLedger()
    summary = scan(registry, ledger, policy=replace(WEEKLY, max_scans_per_day=2))
    assert registry.started == [digest(1), digest(2)]
    assert summary.answers == {StartScanResult.OVER_BUDGET: 2, StartScanResult.STARTED: 2}
    assert (summary.images, ledger.spent) == (4, 2)


def test_images_over_the_budget_are_due_on_the_next_day() -> None:
    listed, ledger, policy = images(3), FakeLedger(), replace(WEEKLY, max_scans_per_day=2)
    scan(FakeRegistry(listed), ledger, policy=policy)
    same_day, next_day = FakeRegistry(listed), FakeRegistry(listed)
    scan(same_day, ledger, policy=policy, now=NOW + timedelta(hours=1))
    assert same_day.started == []
    ledger.spent = 0
    scan(next_day, ledger, policy=policy, now=NOW + timedelta(hours=13))
    assert len(next_day.started) == 1


def test_scans_that_did_not_start_go_back_to_the_budget() -> None:
    listed = images(4)
    answers: Answers = {digest(1): StartScanResult.RATE_LIMITED, digest(2): StartScanResult.GONE, digest(3): FAULT}
    ledger = ledger_with(listed)
    summary = scan(FakeRegistry(listed, answers=answers), ledger, policy=replace(WEEKLY, max_scans_per_day=10))
    assert (summary.started, summary.failed, ledger.spent) == (1, 1, 1)


def test_scans_that_did_not_start_because_access_is_denied_go_back_too() -> None:
    listed = images(4)
    ledger = ledger_with(listed)
    registry = FakeRegistry(listed, answers={image.digest: DENIED for image in listed})
    with pytest.raises(CallFailedError):
        scan(registry, ledger, policy=replace(WEEKLY, max_scans_per_day=10))
    assert ledger.spent == 0


def test_scans_that_are_left_when_time_is_up_go_back_to_the_budget() -> None:
    listed = images(6)
    registry, ledger = FakeRegistry(listed), ledger_with(listed)
    policy = replace(WEEKLY, max_scans_per_day=100)
    summary = scan(registry, ledger, policy=policy, time_is_up=after_starts(registry, 2))
    assert (len(registry.started), ledger.spent, summary.is_finished) == (2, 2, False)
