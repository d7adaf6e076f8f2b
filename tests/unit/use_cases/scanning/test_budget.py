"""How many scans a job may start: the registry's day, its share among other repositories, and what a job learns."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest

from ecr_scan_reporter.concurrency.threads import ThreadedMap
from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.limits import ImageLimits
from ecr_scan_reporter.domain.scanning.policy import DEFAULT_SCANS_PER_DAY, share_of_scans
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.use_cases.scanning.budget import Budget
from ecr_scan_reporter.use_cases.scanning.scan_repository import (
    NEXT_SHARE_AFTER_SECONDS,
    continue_job,
    scan_repository,
)
from ecr_scan_reporter.use_cases.scanning.tools import ScanTools
from tests.unit.samples import NOW, REPOSITORY, ago, digest, image
from tests.unit.use_cases.fakes import FakeLedger, FakeQueue, FakeRegistry
from tests.unit.use_cases.scanning.scans import DENIED, JOB, NEVER_SCANNED, WEEKLY, after_starts, scan

THROTTLED = CallFailedError(
    "start_image_scan", "ThrottlingException", "Rate exceeded", is_passing=True, is_throttled=True
)


# --- the day's scans ------------------------------------------------------------------------------------------------


def test_without_a_budget_of_its_own_a_registry_leaves_room_for_scans_on_push() -> None:
    ledger = FakeLedger(spent=DEFAULT_SCANS_PER_DAY - 2)
    summary = scan(FakeRegistry([image(n) for n in range(5)]), ledger, JOB)
    assert summary.answers == {StartScanResult.STARTED: 2, StartScanResult.OVER_BUDGET: 3}
    assert ledger.spent == DEFAULT_SCANS_PER_DAY == 80_000


def test_what_is_known_to_be_due_is_taken_in_one_go_and_nothing_is_left_over() -> None:
    ledger = FakeLedger({digest(n): NEVER_SCANNED for n in range(5)})
    scan(FakeRegistry([image(n) for n in range(5)]), ledger, JOB)
    assert (ledger.spent, ledger.spendings) == (5, [5])


@pytest.mark.parametrize(
    ("per_day", "repositories", "continuation", "share"),
    [
        (80_000, None, 0, 80_000),
        (80_000, 500, 0, 160),
        (80_000, 500, 1, 320),
        (10, 500, 0, 1),
        (10, 500, 3, 8),
    ],
)
def test_the_day_is_shared_by_the_repositories_of_a_run(
    per_day: int, repositories: int | None, continuation: int, share: int
) -> None:
    assert share_of_scans(per_day, repositories, continuation) == share


def test_the_jobs_that_come_first_do_not_take_all() -> None:
    """Three repositories of ten due images, and twelve scans a day: each gets four of them."""
    ledger, queue, policy = FakeLedger(), FakeQueue(), replace(WEEKLY, max_scans_per_day=12)
    registries = [FakeRegistry([image(n) for n in range(first, first + 10)]) for first in (0, 100, 200)]
    for number, registry in enumerate(registries):
        job = ScanJob(f"team/app-{number}", jobs_in_run=3)
        continue_job(job, scan(registry, ledger, job, policy), queue)
    assert [len(registry.started) for registry in registries] == [4, 4, 4]
    assert {delay for _, delay in queue.sent} == {NEXT_SHARE_AFTER_SECONDS}


def test_what_others_do_not_need_goes_to_those_that_come_again() -> None:
    ledger, policy = FakeLedger(), replace(WEEKLY, max_scans_per_day=12)
    large = FakeRegistry([image(n) for n in range(20)])
    job = ScanJob("team/app", jobs_in_run=3)
    for continuation in range(3):
        summary = scan(large, ledger, replace(job, continuation=continuation), policy)
    assert (len(large.started), ledger.spent) == (12, 12)
    assert (summary.is_finished, summary.answers[StartScanResult.OVER_BUDGET]) == (True, 8)


def test_a_job_whose_share_is_just_enough_is_done() -> None:
    ledger = FakeLedger()
    summary = scan(
        FakeRegistry([image(n) for n in range(4)]),
        ledger,
        ScanJob("team/app", jobs_in_run=3),
        replace(WEEKLY, max_scans_per_day=12),
    )
    assert (summary.started, summary.is_finished, summary.has_had_its_share) == (4, True, False)


def test_a_budget_that_throws_away_gives_back() -> None:
    ledger = FakeLedger()
    budget = Budget(ledger, REPOSITORY, per_day=1_000, share=1_000, now=NOW)
    assert [budget.take() for _ in range(3)] == [None] * 3
    budget.put_back()
    budget.close()
    budget.close()
    assert ledger.spent == 2


# --- what a job learns is written, and starts begin before all is known ---------------------------------------------


def test_a_large_repository_under_a_budget_gets_on_with_each_invocation() -> None:
    """Time runs out while the images are asked about: what was learned stays, and scans are started on the way."""
    listed = [image(n, pulled_at=ago(days=n)) for n in range(300)]
    ledger, policy = FakeLedger(), replace(WEEKLY, max_scans_per_day=1_000)
    asked: list[str] = []
    started: list[str] = []
    for continuation in range(6):
        registry = FakeRegistry(listed)
        summary = scan(
            registry,
            ledger,
            ScanJob("team/app", continuation=continuation),
            policy,
            time_is_up=lambda registry=registry: len(registry.asked) >= 60,
        )
        assert len(registry.asked) == (60 if continuation < 5 else 0)
        assert len(registry.started) >= len(registry.asked) - 1, "scans begin before all is known"
        asked, started = asked + registry.asked, started + registry.started
    assert summary.is_finished
    assert len(set(asked)) == len(asked) == 300
    assert len(set(started)) == len(started) == 300


@pytest.fixture
def sixteen_threads() -> Iterator[ThreadedMap]:
    with ThreadPoolExecutor(16) as executor:
        yield ThreadedMap(executor, 16)


@pytest.mark.parametrize("max_scans_per_day", [None, 1_000])
def test_a_start_that_is_denied_loses_nothing_of_what_other_threads_started(
    sixteen_threads: ThreadedMap, max_scans_per_day: int | None
) -> None:
    listed = [image(n) for n in range(200)]
    ledger = FakeLedger({entry.digest: NEVER_SCANNED for entry in listed})
    registry = FakeRegistry(listed, answers={digest(60): DENIED})
    policy = replace(WEEKLY, max_scans_per_day=max_scans_per_day)
    with pytest.raises(CallFailedError, match="AccessDenied"):
        scan_repository(JOB, ScanTools(registry, ledger, sixteen_threads), policy=policy, now=NOW)
    started = set(registry.started) - {digest(60)}
    remembered = {d for d, last in ledger.known.items() if last.status is ScanStatus.IN_PROGRESS}
    assert remembered == started
    assert ledger.spent == len(started)


def test_what_was_started_is_written_when_the_listing_breaks_off() -> None:
    class Broken(FakeRegistry):
        def images(self, repository: str, tag_status: Any) -> Iterator[Any]:
            yield from (image(n) for n in range(1_000))
            raise CallFailedError("describe_images", "ServerException", "try again", is_passing=True)

    registry, ledger = Broken(), FakeLedger()
    with pytest.raises(CallFailedError, match="describe_images"):
        scan(registry, ledger, JOB)
    assert len(registry.started) == ledger.spent == 1_000
    assert set(ledger.known) == set(registry.started)


def test_what_could_not_be_written_at_first_is_written_in_the_end() -> None:
    class Faltering(FakeLedger):
        def remember(self, *arguments: Any) -> None:
            self.attempts = getattr(self, "attempts", 0) + 1
            if self.attempts == 1:
                raise CallFailedError("batch_write_item", "InternalServerError", "try again", is_passing=True)
            super().remember(*arguments)

    registry, ledger = FakeRegistry([image(n) for n in range(40)]), Faltering()
    with pytest.raises(CallFailedError, match="batch_write_item"):
        scan(registry, ledger, JOB)
    assert registry.started
    assert set(ledger.known) == set(registry.started)


# --- throttling -----------------------------------------------------------------------------------------------------


@dataclass
class Throttling(FakeRegistry):
    """Throttles the first `times` starts of each image, but for those in `spared`."""

    times: int = 1
    spared: frozenset[str] = frozenset()

    def start_scan(self, image: Image) -> StartScanResult:
        answer = super().start_scan(image)
        if image.digest not in self.spared and self.started.count(image.digest) <= self.times:
            raise THROTTLED
        return answer


def test_what_was_throttled_is_tried_again_while_there_is_time_and_ecr_is_asked_once() -> None:
    registry = Throttling([image(n) for n in range(10)], spared=frozenset({digest(0)}))
    ledger = FakeLedger()
    summary = scan(registry, ledger, JOB)
    assert (summary.started, summary.failed, summary.is_finished) == (10, 0, True)
    assert (len(registry.asked), ledger.spent) == (10, 10)


def test_images_that_are_throttled_until_time_is_up_are_left_to_the_next_invocation() -> None:
    registry = Throttling([image(n) for n in range(3)], times=1_000)
    summary = scan(registry, FakeLedger(), JOB, time_is_up=after_starts(registry, 3))
    assert (summary.started, summary.failed, summary.is_finished) == (0, 0, False)


def test_an_api_that_lets_nothing_through_fails_the_job() -> None:
    registry = Throttling([image(n) for n in range(3)], times=1_000)
    summary = scan(registry, FakeLedger(), JOB)
    assert (summary.started, summary.failed, summary.is_finished) == (0, 3, True)
    assert "throttled" in summary.first_error


# --- large repositories take turns ----------------------------------------------------------------------------------


def test_a_small_repository_waits_for_nobody() -> None:
    registry = FakeRegistry([image(n) for n in range(1_000)])
    summary = scan(registry, FakeLedger(), JOB, wait_for_turn=lambda: False)
    assert (summary.is_finished, summary.started) == (True, 1_000)


def test_a_large_repository_that_gets_no_turn_in_time_is_left_to_the_next_invocation() -> None:
    registry = FakeRegistry([image(n) for n in range(1_001)])
    summary = scan(registry, FakeLedger(), JOB, wait_for_turn=lambda: False)
    assert not summary.is_finished
    assert len(registry.started) == 1_000


def test_a_ledger_that_knows_many_images_waits_for_its_turn_too() -> None:
    known = {digest(n): NEVER_SCANNED for n in range(1_001)}
    registry = FakeRegistry([image(1)])
    summary = scan(registry, FakeLedger(known), JOB, wait_for_turn=lambda: False)
    assert (summary.is_finished, registry.started) == (False, [])


def test_the_newest_of_a_large_repository_are_found_in_its_turn_too() -> None:
    policy = replace(WEEKLY, limits=ImageLimits(max_images=5))
    registry = FakeRegistry([image(n) for n in range(2_000)])
    summary = scan(registry, FakeLedger(), JOB, policy, wait_for_turn=lambda: False)
    assert (summary.is_finished, registry.started) == (False, [])


def test_a_continuation_of_any_number_has_a_share() -> None:
    assert share_of_scans(80_000, 500, 40_000_000_000) > 80_000
