import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ecr_scan_reporter.concurrency.threads import ThreadedMap, Turnstile

WORKERS = 4
PATIENCE = 10  # seconds, for what must happen at once


@pytest.fixture
def concurrently() -> Iterator[ThreadedMap]:
    with ThreadPoolExecutor(WORKERS) as executor:
        yield ThreadedMap(executor, WORKERS)


def test_each_item_has_one_result(concurrently: ThreadedMap) -> None:
    assert sorted(concurrently(lambda number: number * 2, range(1_000))) == list(range(0, 2_000, 2))


def test_nothing_gives_nothing(concurrently: ThreadedMap) -> None:
    assert list(concurrently(str, [])) == []


def test_several_work_at_a_time(concurrently: ThreadedMap) -> None:
    all_at_once = threading.Barrier(WORKERS, timeout=PATIENCE)
    assert len(list(concurrently(lambda _: all_at_once.wait(), range(WORKERS)))) == WORKERS


def test_results_come_as_they_are_ready(concurrently: ThreadedMap) -> None:
    is_second_seen = threading.Event()

    def work(name: str) -> str:
        if name == "slow":
            assert is_second_seen.wait(PATIENCE)
        return name

    results = concurrently(work, ["slow", "quick"])
    assert next(results) == "quick"
    is_second_seen.set()
    assert list(results) == ["slow"]


def test_items_are_taken_only_as_fast_as_results_are(concurrently: ThreadedMap) -> None:
    taken: list[int] = []

    def endless() -> Iterator[int]:
        number = 0
        while True:
            taken.append(number)
            yield number
            number += 1

    results = concurrently(lambda number: number, endless())
    for _ in range(50):
        next(results)
    assert len(taken) <= 50 + 2 * WORKERS * 2
    results.close()


def test_an_error_of_the_function_reaches_the_caller(concurrently: ThreadedMap) -> None:
    def work(number: int) -> int:
        if number == 5:
            raise ValueError("five")
        return number

    with pytest.raises(ValueError, match="five"):
        list(concurrently(work, range(10)))


def test_an_error_of_the_items_reaches_the_caller(concurrently: ThreadedMap) -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        list(concurrently(str, items()))


def test_after_an_error_nothing_new_is_begun_and_nothing_is_left_running(concurrently: ThreadedMap) -> None:
    done: list[int] = []

    def work(number: int) -> int:
        if number == 0:
            raise ValueError("the first")
        done.append(number)
        return number

    with pytest.raises(ValueError, match="the first"):
        list(concurrently(work, range(10_000)))
    finished = len(done)
    assert finished <= 2 * 2 * WORKERS
    assert list(concurrently(str, [1])) == ["1"]
    assert len(done) == finished


def test_a_caller_who_stops_early_leaves_nothing_running(concurrently: ThreadedMap) -> None:
    begun: list[int] = []
    results = concurrently(lambda number: begun.append(number), range(10_000))
    next(results)
    results.close()
    finished = len(begun)
    assert finished <= 2 * 2 * WORKERS
    assert list(concurrently(str, [7])) == ["7"]
    assert len(begun) == finished


# --- one at a time ----------------------------------------------------------------------------------------------------


def test_one_at_a_time_has_the_turn_until_its_block_ends() -> None:
    turnstile, is_up = Turnstile(), threading.Event()
    with turnstile.pass_through(lambda: False) as first:
        assert first()
        assert first(), "a thread that has the turn keeps it"
        with turnstile.pass_through(is_up.is_set) as second:
            is_up.set()
            assert not second(), "time was up before the turn came"
    with turnstile.pass_through(lambda: False) as third:
        assert third()


def test_a_thread_that_never_asks_for_the_turn_holds_up_no_other() -> None:
    turnstile = Turnstile()
    with turnstile.pass_through(lambda: False), turnstile.pass_through(lambda: False) as second:
        assert second()
