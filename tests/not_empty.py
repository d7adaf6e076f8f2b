"""What a test is about has to be there: a loop over nothing passes, and so does a parameter without values."""

from collections.abc import Collection
from typing import TypeVar

Things = TypeVar("Things", bound=Collection[object])


def not_empty(things: Things) -> Things:
    """Return the things; fail when there are none."""
    assert things, "there is nothing to test"
    return things
