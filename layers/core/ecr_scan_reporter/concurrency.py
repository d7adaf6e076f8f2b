"""Do the same for many things at once, in bounded memory."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class ConcurrentMap(Protocol):
    """As `map`, but several at a time, and the results in the order in which they come."""

    def __call__(self, function: Callable[[Item], Result], items: Iterable[Item], /) -> Iterator[Result]:
        """Yield `function(item)` for each item; an exception of the function or of `items` is raised here."""


class ThreadedMap:
    """A ConcurrentMap on a pool of threads. It takes from `items` only as fast as it works."""

    def __init__(self, executor: ThreadPoolExecutor, workers: int) -> None:
        self._executor = executor
        # As many again wait in line, so that no thread is idle while the caller handles a result.
        self._window = workers * 2

    def __call__(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield results as they come; when the caller stops early, what has not begun is dropped."""
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
