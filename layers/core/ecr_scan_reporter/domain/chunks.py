"""Cut items into chunks of the size that an API takes. (itertools.batched comes with Python 3.12.)"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items in lists of `size`; the last list may be shorter. Reads `items` one list at a time."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
