"""The same call for many items at the same time, in bounded memory."""

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
TURNSTILE_SECONDS = 0.5


class ConcurrentMap(Protocol):
    """As `map`, with several calls at a time, and results in the order in which the calls end."""

    def __call__(self, function: Callable[[Item], Result], items: Iterable[Item], /) -> Generator[Result, None, None]:
        """Yield `function(item)` for each item. Raises the error of the function or of `items`."""


class ThreadedMap:
    """A ConcurrentMap on a pool of threads. Reads `items` only as fast as the calls end."""

    def __init__(self, executor: ThreadPoolExecutor, workers: int) -> None:
        self._executor = executor
        # Twice the threads, so that none is idle while the caller handles a result.
        self._window = workers * 2

    def __call__(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Generator[Result, None, None]:
        """Yield results as the calls end. When the caller stops early, calls that have not begun are dropped."""
        source = iter(items)
        pending: set[Future[Result]] = set()
        try:
            while True:
                for item in islice(source, self._window - len(pending)):
                    pending.add(self._executor.submit(function, item))
                if not pending:
                    return
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            for future in pending:
                future.cancel()
            wait(pending)


class Turnstile:
    """Lets one caller at a time hold much memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @contextmanager
    def pass_through(self, time_is_up: Callable[[], bool]) -> Iterator[Callable[[], bool]]:
        """Yield a function that waits for the turn, and returns False when time is up. The turn ends with the block."""
        has_turn = False

        def wait() -> bool:
            nonlocal has_turn
            while not has_turn and not time_is_up():
                has_turn = self._lock.acquire(timeout=TURNSTILE_SECONDS)
            return has_turn

        try:
            yield wait
        finally:
            if has_turn:
                self._lock.release()
