"""Whole lists of the inventory, page by page."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from ecr_scan_reporter.domain.inventory.answers import Page

Item = TypeVar("Item")

PAGE = 500


class Listing(Generic[Item]):
    """A list of the inventory, which is asked for a page at a time; `limit` is 0 for all of it.

    `ask` returns a page, given the number of its items and the cursor.
    """

    def __init__(self, ask: Callable[[int, str | None], Page[Item]], limit: int = 0) -> None:
        self._ask = ask
        self._limit = limit
        self._page = min(limit or PAGE, PAGE)
        self._first: Page[Item] | None = None

    @property
    def total(self) -> int:
        """The number of all items, whatever the limit."""
        return self._begin().total

    @property
    def remaining(self) -> int:
        """The number of items beyond the limit."""
        return max(self.total - self._limit, 0) if self._limit else 0

    def __iter__(self) -> Iterator[Item]:
        return islice(self._items(), self._limit or None)

    def _items(self) -> Iterator[Item]:
        page = self._begin()
        yield from page.items
        while page.next is not None:
            page = self._ask(self._page, page.next)
            yield from page.items

    def _begin(self) -> Page[Item]:
        self._first = self._first or self._ask(self._page, None)
        return self._first
