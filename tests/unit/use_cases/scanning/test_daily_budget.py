"""The budget of a day goes to the images that are pulled, and what is not used goes back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.errors import (
    CallFailedError,
)
from tests.unit.samples import NOW, ago, digest, image
from tests.unit.use_cases.fakes import Answers, FakeLedger, FakeRegistry
from tests.unit.use_cases.scanning.scans import (
    DENIED,
    FAULT,
    WEEKLY,
    after_starts,
    images,
    ledger_with,
    scan,
)


def test_a_budget_is_spent_on_what_was_pulled_most_recently() -> None:
    listed = [image(n, pulled_at=ago(days=n)) for n in (4, 2, 1, 3)]
    registry, ledger = FakeRegistry(listed), FakeLedger()
    summary = scan(registry, ledger, policy=replace(WEEKLY, max_scans_per_day=2))
    assert registry.started == [digest(1), digest(2)]
    assert summary.answers == {StartScanResult.OVER_BUDGET: 2, StartScanResult.STARTED: 2}
    assert (summary.images, ledger.spent) == (4, 2)


def test_what_is_over_the_budget_is_due_on_the_next_day() -> None:
    listed, ledger, policy = images(3), FakeLedger(), replace(WEEKLY, max_scans_per_day=2)
    scan(FakeRegistry(listed), ledger, policy=policy)
    same_day, next_day = FakeRegistry(listed), FakeRegistry(listed)
    scan(same_day, ledger, policy=policy, now=NOW + timedelta(hours=1))
    assert same_day.started == []
    ledger.spent = 0
    scan(next_day, ledger, policy=policy, now=NOW + timedelta(hours=13))
    assert len(next_day.started) == 1


def test_scans_that_did_not_start_are_given_back_to_the_budget() -> None:
    listed = images(4)
    answers: Answers = {digest(1): StartScanResult.RATE_LIMITED, digest(2): StartScanResult.GONE, digest(3): FAULT}
    ledger = ledger_with(listed)
    summary = scan(FakeRegistry(listed, answers=answers), ledger, policy=replace(WEEKLY, max_scans_per_day=10))
    assert (summary.started, summary.failed, ledger.spent) == (1, 1, 1)


def test_scans_that_did_not_start_because_access_is_denied_are_given_back_too() -> None:
    listed = images(4)
    ledger = ledger_with(listed)
    registry = FakeRegistry(listed, answers={image.digest: DENIED for image in listed})
    with pytest.raises(CallFailedError):
        scan(registry, ledger, policy=replace(WEEKLY, max_scans_per_day=10))
    assert ledger.spent == 0


def test_a_budget_also_ends_with_the_time_and_gives_back_what_is_left() -> None:
    listed = images(6)
    registry, ledger = FakeRegistry(listed), ledger_with(listed)
    policy = replace(WEEKLY, max_scans_per_day=100)
    summary = scan(registry, ledger, policy=policy, time_is_up=after_starts(registry, 2))
    assert (len(registry.started), ledger.spent, summary.is_finished) == (2, 2, False)
