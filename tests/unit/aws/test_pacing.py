from dataclasses import dataclass

import pytest

from ecr_scan_reporter.aws.pacing import SLOWEST, Pacer
from tests.unit.aws.clock import FakeClock


@dataclass
class Api:
    """An API that allows so many calls a second, as a token bucket of one second; each call takes a millisecond."""

    clock: FakeClock
    pacer: Pacer
    allowed: float
    tokens: float = 0.0
    filled_at: float = 0.0
    passed: int = 0
    throttled: int = 0

    def called_for(self, seconds: float) -> "Api":
        """Call it in a loop, and count anew."""
        self.passed = self.throttled = 0
        end = self.clock.time + seconds
        while self.clock.time < end:
            self.pacer.wait()
            self._call()
        return self

    def _call(self) -> None:
        self.clock.time += 0.001
        self.tokens = min(self.allowed, self.tokens + (self.clock.time - self.filled_at) * self.allowed)
        self.filled_at = self.clock.time
        if self.tokens >= 1:
            self.tokens -= 1
            self.passed += 1
            self.pacer.succeeded()
        else:
            self.throttled += 1
            self.pacer.throttled()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def pacer(clock: FakeClock) -> Pacer:
    return Pacer(clock, clock.sleep)


def test_without_throttling_nobody_waits(pacer: Pacer, clock: FakeClock) -> None:
    api = Api(clock, pacer, allowed=10_000).called_for(seconds=10)
    assert (api.throttled, clock.sleeps, pacer.calls_per_second) == (0, [], None)


def test_a_few_throttled_calls_are_left_to_the_retries(pacer: Pacer, clock: FakeClock) -> None:
    for number in range(1_000):
        clock.time += 0.01
        if number % 10:
            pacer.succeeded()
        else:
            pacer.throttled()
    assert pacer.calls_per_second is None


@pytest.mark.parametrize("allowed", [10, 20, 50, 100, 200])
def test_an_api_that_throttles_is_called_at_about_the_pace_that_it_allows(
    pacer: Pacer, clock: FakeClock, allowed: int
) -> None:
    api = Api(clock, pacer, allowed)
    api.called_for(seconds=60)  # to find the pace
    api.called_for(seconds=120)
    assert api.passed / 120 > 0.7 * allowed
    assert api.throttled < api.passed


def test_when_the_api_recovers_so_does_the_pace(pacer: Pacer, clock: FakeClock) -> None:
    api = Api(clock, pacer, allowed=20).called_for(seconds=60)
    api.allowed = 100_000
    api.called_for(seconds=30)
    assert pacer.calls_per_second is None
    clock.sleeps.clear()
    assert api.called_for(seconds=1).throttled == 0
    assert clock.sleeps == []


def test_an_api_that_lets_nothing_through_is_called_slowly_but_still_called(pacer: Pacer, clock: FakeClock) -> None:
    api = Api(clock, pacer, allowed=0).called_for(seconds=60)
    assert pacer.calls_per_second == SLOWEST
    assert 60 * SLOWEST * 0.5 < api.throttled < 60 * SLOWEST * 4


def test_throttling_that_a_slower_pace_does_not_cure_is_left_to_the_retries(pacer: Pacer, clock: FakeClock) -> None:
    """Others call the API too: half of all calls are throttled, whatever we do."""
    start = clock.time
    for number in range(20_000):
        pacer.wait()
        clock.time += 0.005
        if number % 2:
            pacer.succeeded()
        else:
            pacer.throttled()
    assert clock.sleeps
    assert sum(clock.sleeps) < 0.5 * (clock.time - start)


def test_threads_that_come_together_start_one_after_the_other(clock: FakeClock) -> None:
    slept: list[float] = []
    pacer = Pacer(clock, slept.append)  # Time stands still: all come in the same moment.
    for _ in range(20):
        clock.time += 0.1
        pacer.throttled()
    for _ in range(4):
        pacer.wait()
    assert slept == pytest.approx([1 / SLOWEST, 2 / SLOWEST, 3 / SLOWEST])
