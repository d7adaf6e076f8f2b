"""Go through something long while there is time."""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class InTime(Generic[T]):
    """The same items, until time is up: then `is_whole` is False."""

    def __init__(self, items: Iterable[T], time_is_up: Callable[[], bool]) -> None:
        self._items, self._time_is_up = items, time_is_up
        self.is_whole = True

    def __iter__(self) -> Iterator[T]:
        for item in self._items:
            if self._time_is_up():
                self.is_whole = False
                return
            yield item
