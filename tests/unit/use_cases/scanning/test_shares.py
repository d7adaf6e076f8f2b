"""The jobs of a run share the scans of a day."""

from dataclasses import replace

import pytest

from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.policy import share_of_scans
from ecr_scan_reporter.use_cases.scanning.scan_repository import NEXT_SHARE_AFTER_SECONDS, continue_job
from tests.unit.samples import image
from tests.unit.use_cases.fakes import FakeLedger, FakeQueue, FakeRegistry
from tests.unit.use_cases.scanning.scans import WEEKLY, scan


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


def test_a_continuation_of_any_number_has_a_share() -> None:
    assert share_of_scans(80_000, 500, 40_000_000_000) > 80_000


def test_the_jobs_that_come_first_do_not_take_all() -> None:
    """Three repositories of ten due images, and twelve scans a day: each gets four of them."""
    ledger, queue, policy = FakeLedger(), FakeQueue(), replace(WEEKLY, max_scans_per_day=12)
    registries = [FakeRegistry([image(n) for n in range(first, first + 10)]) for first in (0, 100, 200)]
    for number, registry in enumerate(registries):
        job = ScanJob(f"team/app-{number}", jobs_in_run=3)
        continue_job(job, scan(registry, ledger, job, policy), queue)
    assert [len(registry.started) for registry in registries] == [4, 4, 4]
    assert {delay for _, delay in queue.sent} == {NEXT_SHARE_AFTER_SECONDS}


def test_scans_that_other_jobs_do_not_need_go_to_continued_jobs() -> None:
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
