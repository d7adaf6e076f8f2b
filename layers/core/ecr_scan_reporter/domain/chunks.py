"""Cut many things into pieces, as APIs and queues take them. (itertools.batched comes with Python 3.12.)"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items in lists of `size`; the last list may be shorter. Takes from `items` only what a list needs."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
