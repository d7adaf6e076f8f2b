from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ecr_scan_reporter.aws.throttling import SLOWEST, Pace
from tests.unit.aws.throttled_api import CALL_SECONDS, THREADS, Bucket, Limit, Share, Window, call_an_api

SCANS = 196
LIMITS: dict[str, Callable[[int], Limit]] = {
    "a bucket for one second, full": lambda rate: Bucket(rate, rate, tokens=rate),
    "a small bucket": lambda rate: Bucket(rate, 5, tokens=5),
    "a window of one second": Window,
}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rate", [5, 20, 50])
@pytest.mark.parametrize("limit", LIMITS)
def test_few_calls_are_wasted_and_little_time(limit: str, rate: int, seed: int) -> None:
    outcome = call_an_api(LIMITS[limit](rate), work=SCANS, seed=seed)
    assert outcome.calls <= 1.2 * SCANS
    assert outcome.seconds <= 1.15 * SCANS / rate


@pytest.mark.parametrize("rate", [5, 20, 50, 200])
@pytest.mark.parametrize("limit", LIMITS)
def test_in_the_long_run_few_calls_are_wasted_too(limit: str, rate: int) -> None:
    work = rate * 120
    outcome = call_an_api(LIMITS[limit](rate), work=work)
    assert outcome.calls <= 1.15 * work
    assert outcome.seconds <= 1.12 * work / rate


@pytest.mark.parametrize(("workers", "rate", "most_calls"), [(2, 20, 1.5), (5, 20, 2.5), (5, 50, 1.3)])
@pytest.mark.parametrize("limit", ["a bucket for one second, full", "a window of one second"])
def test_workers_that_know_nothing_of_one_another_share_what_the_api_allows(
    limit: str, workers: int, rate: int, most_calls: float
) -> None:
    work = SCANS * workers
    outcome = call_an_api(LIMITS[limit](rate), work=work, workers=workers)
    assert outcome.calls <= most_calls * work
    assert outcome.seconds <= 2 * work / rate


def test_an_api_that_counts_by_the_second_is_called_as_fast_as_it_allows() -> None:
    """Nothing passes for the rest of a second in which all was used up: that is no reason to begin anew."""
    outcome = call_an_api(ByTheClock(200), work=6_000)
    assert outcome.seconds <= 1.25 * 6_000 / 200


def test_an_api_that_allows_everything_is_not_slowed_down() -> None:
    outcome = call_an_api(Bucket(100_000, 100_000, tokens=100_000), work=5_000)
    assert (outcome.calls, outcome.pace.calls_per_second) == (5_000, None)


def test_a_few_throttled_calls_are_left_to_the_retries() -> None:
    pace = Pace()
    for number in range(1_000):
        answer = pace.passed if number % 10 else pace.throttled
        answer(pace.start(number / 100), number / 100)
    assert pace.calls_per_second is None


@dataclass
class ByTheClock:
    """At most `rate` calls in each second of the clock."""

    rate: int
    second: int = -1
    count: int = 0

    def allows(self, now: float) -> bool:
        if int(now) != self.second:
            self.second, self.count = int(now), 0
        self.count += 1
        return self.count <= self.rate


@dataclass
class Changing:
    """A limit of which more or less is allowed from a moment on."""

    before: Limit
    after: Limit
    at: float

    def allows(self, now: float) -> bool:
        return (self.before if now < self.at else self.after).allows(now)


def test_when_the_api_recovers_so_does_the_pace() -> None:
    limit = Changing(Bucket(20, 20), Bucket(100_000, 100_000), at=30)
    outcome = call_an_api(limit, work=20 * 30 + 10_000)
    assert outcome.pace.calls_per_second is None
    assert outcome.seconds < 30 + 40


@pytest.mark.parametrize(("before", "after"), [(50, 10), (200, 20)])
def test_when_the_api_allows_less_the_pace_follows(before: int, after: int) -> None:
    limit = Changing(Bucket(before, before), Bucket(after, after), at=10)
    left = after * 60
    outcome = call_an_api(limit, work=before * 10 + left)
    assert outcome.calls <= 1.2 * (before * 10 + left)
    assert outcome.seconds <= 10 + 1.15 * 60


def test_an_api_that_lets_nothing_through_is_called_slowly_but_still_called() -> None:
    pace = Pace()
    now, calls = 0.0, 0
    while now < 60:
        now += pace.seconds_to_wait(now)
        pace.throttled(pace.start(now), now)
        now, calls = now + 0.001, calls + 1
    assert pace.calls_per_second == SLOWEST
    assert 60 * SLOWEST * 0.9 < calls < 60 * SLOWEST * 1.4


def test_throttling_that_a_slower_pace_does_not_cure_is_left_to_the_retries() -> None:
    """Others call the API too: half of all calls are throttled, whatever we do."""
    outcome = call_an_api(Share(0.5), work=5_000)
    at_full_speed = 5_000 / THREADS * CALL_SECONDS / 0.5
    assert outcome.seconds < 5 * at_full_speed


def test_calls_that_started_at_the_pace_before_do_not_change_the_new_one() -> None:
    pace = Pace()
    under_way = [pace.start(0.0) for _ in range(16)]
    for generation in under_way:
        pace.throttled(generation, 0.04)
    found = pace.calls_per_second
    for generation in under_way:
        pace.throttled(generation, 0.05)
    assert found is not None
    assert pace.calls_per_second == found


def test_an_answer_that_asks_for_fewer_calls_counts_as_throttled() -> None:
    pace = Pace()
    for number in range(5):
        pace.throttled(None, number / 100)
    assert pace.calls_per_second is not None
