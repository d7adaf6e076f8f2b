import threading

import pytest

from ecr_scan_reporter.aws.pacing import Pacer
from tests.unit.aws.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def throttle(pacer: Pacer, clock: FakeClock) -> None:
    while pacer.calls_per_second is None:
        turn = pacer.wait()
        clock.time += 0.01
        pacer.throttled(turn)


def test_without_throttling_no_caller_waits(clock: FakeClock) -> None:
    pacer = Pacer(clock, clock.sleep)
    for _ in range(1_000):
        turn = pacer.wait()
        clock.time += 0.001
        assert turn is not None
        pacer.passed(turn)
    assert (clock.sleeps, pacer.calls_per_second) == ([], None)


def test_callers_of_an_api_that_throttles_start_one_after_the_other(clock: FakeClock) -> None:
    pacer = Pacer(clock, clock.sleep)
    throttle(pacer, clock)
    clock.sleeps.clear()
    for _ in range(4):
        pacer.wait()
    gap = 1 / (pacer.calls_per_second or 1)
    assert sum(clock.sleeps) == pytest.approx(3 * gap, abs=gap)


def test_many_threads_keep_the_pace_together(clock: FakeClock) -> None:
    """All threads wait at the same time, and none starts before its turn."""
    lock, began = threading.Lock(), clock.time

    def sleep(seconds: float) -> None:
        with lock:
            clock.time += seconds

    pacer = Pacer(clock, sleep)
    throttle(pacer, clock)
    threads = [threading.Thread(target=pacer.wait) for _ in range(33)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert clock.time - began >= 32 / (pacer.calls_per_second or 1)


def test_a_caller_without_time_does_not_wait_for_a_turn(clock: FakeClock) -> None:
    pacer = Pacer(clock, clock.sleep)
    assert pacer.wait(lambda: True) is not None, "without other callers, time does not matter"
    throttle(pacer, clock)
    clock.sleeps.clear()
    assert pacer.wait(lambda: True) is None
    assert clock.sleeps == []
    ends_at = clock.time + 0.01
    assert [pacer.wait(lambda: clock.time > ends_at) is None for _ in range(3)] == [False, True, True]
