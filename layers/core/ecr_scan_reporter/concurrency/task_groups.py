"""Independent calls at the same time."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any, Protocol, TypeVar

Result = TypeVar("Result")


class Start(Protocol):
    """Starts calls."""

    def __call__(self, call: Callable[[], Result], /) -> Callable[[], Result]:
        """Start a call; return a function that returns its result, or raises its error."""


class TaskGroup(Protocol):
    """Opens a block for calls. When the block ends, all its calls have ended."""

    def __call__(self) -> AbstractContextManager[Start]:
        """Return the block."""


class ThreadedTaskGroup:
    """A TaskGroup on a pool of threads. A call must not start further calls: they would wait for its thread."""

    def __init__(self, executor: ThreadPoolExecutor) -> None:
        self._executor = executor

    @contextmanager
    def __call__(self) -> Iterator[Start]:
        """Open the block; wait at its end for every call, also after an error."""
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
    """A TaskGroup without threads: makes each call when its result is read."""
    yield cache


def run_all(task_group: TaskGroup, *calls: Callable[[], object]) -> None:
    """Make all calls at the same time, wait for all, then raise the error of the first failed one."""
    with task_group() as start:
        results = [start(call) for call in calls]
    for result in results:
        result()
