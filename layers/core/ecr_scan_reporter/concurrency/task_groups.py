"""Make different calls at once that need nothing of one another."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any, Protocol, TypeVar

Result = TypeVar("Result")


class Start(Protocol):
    """Starts calls."""

    def __call__(self, call: Callable[[], Result], /) -> Callable[[], Result]:
        """Start a call; return what gives its result, or raises its error, when it is asked."""


class TaskGroup(Protocol):
    """Opens a block in which calls are started; all of them have ended when it ends."""

    def __call__(self) -> AbstractContextManager[Start]:
        """Return the block."""


class ThreadedTaskGroup:
    """Calls on a pool of threads. A call must not start others: they would wait for one another's threads."""

    def __init__(self, executor: ThreadPoolExecutor) -> None:
        self._executor = executor

    @contextmanager
    def __call__(self) -> Iterator[Start]:
        """Wait at the end for every call, also when one of them, or the block itself, has failed."""
        futures: list[Future[Any]] = []

        def start(call: Callable[[], Result]) -> Callable[[], Result]:
            future = self._executor.submit(call)
            futures.append(future)
            return future.result

        try:
            yield start
        finally:
            wait(futures)


@contextmanager
def sequential() -> Iterator[Start]:
    """Without threads: each call is made when its result is asked for."""
    yield cache


def run_all(task_group: TaskGroup, *calls: Callable[[], object]) -> None:
    """Make all calls at once; when all have ended, raise the error of the first that failed."""
    with task_group() as start:
        results = [start(call) for call in calls]
    for result in results:
        result()
