"""Calls that need nothing of one another are made at once, and none is left behind."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from ecr_scan_reporter.concurrency.task_groups import TaskGroup, ThreadedTaskGroup, run_all, sequential

PATIENCE = 10.0


class OneError(Exception):
    """That of a call."""


class OtherError(Exception):
    """That of another call."""


def fail() -> None:
    raise OneError


def fail_otherwise() -> None:
    raise OtherError


@pytest.fixture
def threaded() -> Iterator[ThreadedTaskGroup]:
    with ThreadPoolExecutor(4) as executor:
        yield ThreadedTaskGroup(executor)


@pytest.fixture(params=["threaded", "in turn"])
def task_group(request: pytest.FixtureRequest, threaded: ThreadedTaskGroup) -> TaskGroup:
    return threaded if request.param == "threaded" else sequential


def test_calls_run_at_once_and_give_their_own_results(threaded: ThreadedTaskGroup) -> None:
    barrier = Barrier(3)

    def meet(name: str) -> str:
        barrier.wait(PATIENCE)
        return name

    with threaded() as start:
        results = [start(lambda name=name: meet(name)) for name in ("a", "b", "c")]  # type: ignore[misc]
    assert [result() for result in results] == ["a", "b", "c"]


def test_an_error_is_raised_when_its_result_is_asked_for_and_not_before(task_group: TaskGroup) -> None:
    with task_group() as start:
        failed, worked = start(fail), start(lambda: 7)
    assert worked() == 7
    with pytest.raises(OneError):
        failed()


def test_a_result_may_be_asked_for_twice(task_group: TaskGroup) -> None:
    calls: list[int] = []
    with task_group() as start:
        result = start(lambda: calls.append(1))
    result(), result()
    assert calls == [1]


def test_the_block_ends_when_all_calls_have_ended_also_when_it_fails(threaded: ThreadedTaskGroup) -> None:
    go, ended = Event(), Event()

    def slow() -> None:
        go.wait(PATIENCE)
        ended.set()

    def start_and_fail() -> None:
        with threaded() as start:
            start(slow)
            go.set()
            raise OneError

    with pytest.raises(OneError):
        start_and_fail()
    assert ended.is_set()


def test_of_several_errors_the_first_in_order_is_raised_after_all_were_made(threaded: ThreadedTaskGroup) -> None:
    done: list[str] = []
    with pytest.raises(OneError):
        run_all(threaded, fail, fail_otherwise, lambda: done.append("done"))
    assert done == ["done"]


def test_without_calls_no_thread_is_needed() -> None:
    with ThreadPoolExecutor(1) as ended:
        task_group = ThreadedTaskGroup(ended)
    run_all(task_group)
    run_all(sequential)
    with pytest.raises(RuntimeError, match="after shutdown"):
        run_all(task_group, fail)
