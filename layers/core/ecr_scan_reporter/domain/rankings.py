"""The first few of many items, in bounded memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Ranked(Generic[Item]):
    """The first items in their order, and the number of all."""

    first: tuple[Item, ...] = ()
    total: int = 0

    @property
    def remaining(self) -> int:
        """The number of items beyond the first."""
        return self.total - len(self.first)

    def cut(self, most: int) -> "Ranked[Item]":
        """Return at most `most` of the first items, with the same total."""
        return Ranked(self.first[:most], self.total)


def ranked(items: Sequence[Item]) -> Ranked[Item]:
    """Return all items, in their order."""
    return Ranked(tuple(items), len(items))


class Ranking(Generic[Item]):
    """Collects items one by one, and holds the `most` that come first by `key`."""

    def __init__(self, most: int, key: Callable[[Item], Any]) -> None:
        self._most = most
        self._key = key
        self._items: list[Item] = []
        self._total = 0

    def add(self, item: Item) -> None:
        """Add an item."""
        self._total += 1
        self._items.append(item)
        if len(self._items) >= 8 * self._most:
            self._cut()

    def ranked(self) -> Ranked[Item]:
        """Return the first of the items added so far."""
        self._cut()
        return Ranked(tuple(self._items), self._total)

    def _cut(self) -> None:
        self._items.sort(key=self._key)
        del self._items[self._most :]
