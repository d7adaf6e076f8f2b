from typing import Any

import pytest

from ecr_scan_reporter.aws.batches import retry_undone
from tests.unit.aws.clock import FakeClock, make_caller


def put(**parameters: Any) -> None:
    """Stands for the operation of a client."""


class Busy:
    """Takes so many items of a batch at a time."""

    def __init__(self, at_a_time: int) -> None:
        self.at_a_time = at_a_time
        self.batches: list[list[str]] = []

    def attempt(self, batch: list[str]) -> list[str]:
        self.batches.append(batch)
        return batch[self.at_a_time :]


@pytest.mark.parametrize(
    ("attempts", "batches", "left"),
    [(1, ["abcde"], "cde"), (2, ["abcde", "cde"], "e"), (3, ["abcde", "cde", "e"], ""), (9, ["abcde", "cde", "e"], "")],
)
def test_only_unprocessed_items_are_retried(attempts: int, batches: list[str], left: str) -> None:
    busy, clock = Busy(at_a_time=2), FakeClock()
    assert retry_undone(make_caller(clock), put, list("abcde"), busy.attempt, attempts) == list(left)
    assert busy.batches == [list(batch) for batch in batches]


def test_between_two_attempts_it_slows_down_and_after_the_last_one_it_does_not() -> None:
    clock = FakeClock()
    retry_undone(make_caller(clock), put, list("abcde"), Busy(at_a_time=1).attempt, 3)
    assert len(clock.sleeps) == 2
    assert clock.sleeps == sorted(clock.sleeps)


def test_a_batch_without_unprocessed_items_waits_for_nothing() -> None:
    clock = FakeClock()
    assert retry_undone(make_caller(clock), put, list("ab"), Busy(at_a_time=2).attempt, 3) == []
    assert clock.sleeps == []
