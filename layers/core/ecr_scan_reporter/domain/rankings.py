"""The first few of many things, without keeping all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Ranked(Generic[Item]):
    """The first of a number of items in their order, and how many there are in all."""

    first: tuple[Item, ...] = ()
    total: int = 0

    @property
    def remaining(self) -> int:
        """How many there are beyond the first."""
        return self.total - len(self.first)

    def cut(self, most: int) -> "Ranked[Item]":
        """Return at most so many of them; the total stays."""
        return Ranked(self.first[:most], self.total)


def ranked(items: Sequence[Item]) -> Ranked[Item]:
    """Return all of the items, in the order that they have."""
    return Ranked(tuple(items), len(items))


class Ranking(Generic[Item]):
    """Takes items one by one and keeps the `most` that come first by `key`."""

    def __init__(self, most: int, key: Callable[[Item], Any]) -> None:
        self._most = most
        self._key = key
        self._kept: list[Item] = []
        self._total = 0

    def add(self, item: Item) -> None:
        """Take one."""
        self._total += 1
        self._kept.append(item)
        if len(self._kept) >= 8 * self._most:
            self._cut()

    def ranked(self) -> Ranked[Item]:
        """Return the first of what was taken so far."""
        self._cut()
        return Ranked(tuple(self._kept), self._total)

    def _cut(self) -> None:
        self._kept.sort(key=self._key)
        del self._kept[self._most :]
