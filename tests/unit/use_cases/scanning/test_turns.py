"""Large repositories take turns, so that one invocation has room for them."""

from dataclasses import replace

from ecr_scan_reporter.domain.scanning.limits import ImageLimits
from tests.unit.samples import digest, image
from tests.unit.use_cases.fakes import FakeLedger, FakeRegistry
from tests.unit.use_cases.scanning.scans import JOB, NEVER_SCANNED, WEEKLY, scan


def test_a_small_repository_waits_for_no_turn() -> None:
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
