"""A wait lasts for as long as anything moves."""

from itertools import count

import pytest

from local import waiting
from local.waiting import DeadlinePassedError, wait_until


class Clock:
    """Time that passes only in sleep, a second each time."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += 1


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(waiting, "time", clock)
    return clock


def test_the_answer_is_returned_when_it_is_there(clock: Clock) -> None:
    answers = iter([None, "", "so"])
    assert wait_until("it is so", lambda: next(answers)) == "so"
    assert clock.now == 2


def test_a_wait_in_which_nothing_moves_ends(clock: Clock) -> None:
    with pytest.raises(DeadlinePassedError, match=r"^nothing has moved for 90 s: it is so$"):
        wait_until("it is so", lambda: None)
    assert clock.now == 91


def test_a_wait_in_which_something_moves_goes_on(clock: Clock) -> None:
    answer = wait_until("it is so", lambda: "so" if clock.now > 500 else None, lambda: clock.now // 80)
    assert answer == "so"


def test_it_ends_so_long_after_the_last_movement(clock: Clock) -> None:
    with pytest.raises(DeadlinePassedError, match="nothing has moved"):
        wait_until("it is so", lambda: None, lambda: min(clock.now, 200))
    assert clock.now == 200 + 91


def test_no_wait_is_for_ever(clock: Clock) -> None:
    numbers = count()
    with pytest.raises(DeadlinePassedError, match=r"^not within 600 s: it is so$"):
        wait_until("it is so", lambda: None, lambda: next(numbers))
