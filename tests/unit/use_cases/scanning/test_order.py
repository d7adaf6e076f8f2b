"""Images that come first across the registry have the first turn of each job; the others share what is left."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from ecr_scan_reporter.domain.registry.images import Image, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.limits import FirstImages
from ecr_scan_reporter.domain.scanning.order import order_of
from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.use_cases.scanning.scan_repository import NEXT_SHARE_AFTER_SECONDS, continue_job
from tests.unit.samples import NOW, REPOSITORY, ago, digest, image, image_id, scanned
from tests.unit.use_cases.fakes import FakeLedger, FakeQueue, FakeRegistry
from tests.unit.use_cases.scanning.scans import (
    FAULT,
    NEVER_SCANNED,
    WEEKLY,
    after_starts,
    images,
    ledger_with,
    scan,
)

LIMITED = replace(WEEKLY, max_scans_per_day=12)
JOB = ScanJob("team/app", jobs_in_run=3)
CONTINUED = replace(JOB, continuation=1)
# Places, by number of the image; none of the others of the registry's images is in this repository.
FIRST = (9, 4, 7)


def digests(numbers: Sequence[int]) -> list[str]:
    return [digest(number) for number in numbers]


def ordered(
    registry: FakeRegistry,
    ledger: FakeLedger | None = None,
    job: ScanJob = JOB,
    policy: ScanPolicy = LIMITED,
    first: Sequence[int] = FIRST,
    **tools: Any,
) -> ScanSummary:
    """Do a job under an order of the registry."""
    other = Repository(REPOSITORY.registry_id, REPOSITORY.region, "base")
    order = order_of([*(image_id(number) for number in first), image_id(1, other)], due=20, built_at=NOW)

    def first_images(repository: Repository, now: datetime) -> FirstImages | None:
        assert (repository, now) == (REPOSITORY, NOW)
        return order.of(repository)

    return scan(registry, ledger, job, policy, first_images=first_images, **tools)


def test_the_first_turn_of_a_job_is_for_the_images_that_come_first_however_many() -> None:
    """Its fair share would be four."""
    registry, ledger, first = FakeRegistry(images(10)), FakeLedger(), (9, 4, 7, 1, 2, 3)
    summary = ordered(registry, ledger, first=first)
    assert registry.started == digests(first)
    assert (ledger.spent, summary.is_finished, summary.has_had_its_share) == (6, False, True)


def test_a_repository_without_such_images_waits_for_the_others() -> None:
    registry, ledger, queue = FakeRegistry(images(3)), ledger_with(images(3)), FakeQueue()
    summary = ordered(registry, ledger, first=())
    continue_job(JOB, summary, queue)
    assert (registry.started, registry.asked, ledger.spendings) == ([], [], [])
    assert queue.sent == [(CONTINUED, NEXT_SHARE_AFTER_SECONDS)]


def test_the_continuation_shares_what_is_left_those_that_come_first_before_the_others() -> None:
    registry, ledger = FakeRegistry([image(n, pulled_at=ago(days=n)) for n in range(1, 11)]), FakeLedger(spent=8)
    ordered(registry, ledger, CONTINUED)
    assert registry.started == digests([9, 4, 7, 1])
    assert ledger.spent == 12


def test_images_that_come_first_do_not_count_in_the_share_of_a_continuation() -> None:
    """The share of three jobs is four of twelve scans, and twice as many at the first continuation."""
    policy, job = replace(WEEKLY, max_scans_per_day=30), replace(CONTINUED, jobs_in_run=30)
    registry = FakeRegistry(images(10))
    summary = ordered(registry, FakeLedger(), job, policy)
    assert (len(registry.started), summary.has_had_its_share) == (2 + len(FIRST), True)
    assert registry.started[:3] == digests(FIRST)


def test_a_job_that_has_nothing_else_to_scan_is_done_after_its_first_turn() -> None:
    listed = images(9)
    ledger = FakeLedger({each.digest: scanned(days=1) for each in listed if each.digest not in digests(FIRST)})
    registry = FakeRegistry(listed)
    summary = ordered(registry, ledger)
    assert (registry.started, summary.is_finished, summary.images) == (digests(FIRST), True, 9)


@pytest.mark.parametrize(
    "job", [ScanJob("team/app"), replace(JOB, dry_run=True)], ids=["the only job", "a job that starts nothing"]
)
def test_where_no_other_job_has_a_turn_nothing_waits(job: ScanJob) -> None:
    summary = ordered(FakeRegistry(images(9)), job=job)
    assert (summary.is_finished, summary.due) == (True, 9)


def test_an_order_holds_without_a_budget_of_ones_own() -> None:
    """Then ECR's daily quota is the limit: 80,000 scans."""
    registry = FakeRegistry(images(9))
    summary = ordered(registry, policy=WEEKLY)
    assert (registry.started, summary.is_finished) == (digests(FIRST), False)


def test_an_order_holds_for_images_that_only_ecr_knows() -> None:
    registry = FakeRegistry(images(9), scans={digest(4): scanned(days=1)})
    ordered(registry)
    assert (registry.asked, registry.started) == (digests(FIRST), digests([9, 7]))


def test_images_that_come_first_stay_within_the_budget_of_the_day() -> None:
    registry, ledger = FakeRegistry(images(9)), FakeLedger(spent=10)
    summary = ordered(registry, ledger)
    assert (registry.started, ledger.spent) == (digests([9, 4]), 12)
    assert summary.answers[StartScanResult.OVER_BUDGET] == 1


def test_a_failed_or_refused_image_leaves_its_scan_to_the_budget() -> None:
    registry, ledger = (
        FakeRegistry(images(9), answers={digest(9): FAULT, digest(4): StartScanResult.RATE_LIMITED}),
        FakeLedger(),
    )
    summary = ordered(registry, ledger)
    assert (summary.started, summary.failed, ledger.spent) == (1, 1, 1)


def test_when_time_is_up_in_the_first_turn_the_rest_waits_like_the_others() -> None:
    registry, ledger, queue = FakeRegistry(images(9)), FakeLedger(), FakeQueue()
    continue_job(JOB, ordered(registry, ledger, time_is_up=after_starts(registry, 2)), queue)
    assert queue.sent == [(CONTINUED, NEXT_SHARE_AFTER_SECONDS)]
    again = FakeRegistry(images(9))
    ordered(again, ledger, CONTINUED)
    assert (len(registry.started), again.started[0]) == (2, digest(7))


@pytest.mark.parametrize("listed", [images(9), [image(n) for n in range(9, 0, -1)]], ids=["up", "down"])
def test_the_order_is_that_of_the_inventory_whatever_the_listing(listed: Sequence[Image]) -> None:
    registry = FakeRegistry(listed)
    ordered(registry, ledger_with(listed, NEVER_SCANNED))
    assert registry.started == digests(FIRST)


def test_an_image_is_not_scanned_again_because_it_comes_first() -> None:
    """The order may be older than its last scan."""
    ledger = FakeLedger({digest(9): scanned(hours=1), digest(4): LastScan(NEVER_SCANNED.status, tried_at=ago(hours=1))})
    registry = FakeRegistry(images(9))
    ordered(registry, ledger)
    assert registry.started == digests([7])


def test_a_first_turn_holds_no_more_of_the_budget_than_its_images_need() -> None:
    """Also where only ECR knows whether they are due."""
    ledger = FakeLedger()
    ordered(FakeRegistry(images(9)), ledger, policy=replace(WEEKLY, max_scans_per_day=3_000))
    assert ledger.spendings == [len(FIRST)]
