"""Which images come first for scanning, when the scans of a day do not reach all that are due."""

from collections.abc import Iterable
from enum import Enum, auto
from itertools import islice
from typing import TypeVar

Image = TypeVar("Image")


class Criterion(Enum):
    """What makes one image come before another.

    IN_USE: something runs it. NEVER_SCANNED: no scan of it ended. EXPLOITED: one of its findings is known to be (KEV).
    FINDINGS: it has more findings of the most severe level in which the two differ, suppressed ones left out.
    USED_LAST: it was pulled (a never pulled one: pushed) later. SCANNED_FIRST: its scan is older, or it has none.
    IDENTITY: its digest, then its repository; no two images are the same in it, so every order is total.
    """

    IN_USE = auto()
    NEVER_SCANNED = auto()
    EXPLOITED = auto()
    FINDINGS = auto()
    USED_LAST = auto()
    SCANNED_FIRST = auto()
    IDENTITY = auto()


IMPORTANCE = (
    Criterion.IN_USE,
    Criterion.NEVER_SCANNED,
    Criterion.EXPLOITED,
    Criterion.FINDINGS,
    Criterion.USED_LAST,
    Criterion.IDENTITY,
)
"""The order of importance.

Never scanned comes second, before all findings: what is in such an image is not known. A scanned image was reported,
and its next scan tells only what is new since. In use comes before it: what nobody runs harms nobody yet.
"""

WAITING = (Criterion.SCANNED_FIRST, *IMPORTANCE)
"""The order of those that wait longest."""


def number_by_importance(scans_per_day: int) -> int:
    """Return how many scans of a day go by importance alone: the smaller half."""
    return scans_per_day // 2


def first_to_scan(important: Iterable[Image], waiting: Iterable[Image], scans_per_day: int) -> list[Image]:
    """Return the `scans_per_day` images that come first, of all due ones by IMPORTANCE and by WAITING.

    One half of a day goes to the most important images, the other to those that wait longest. The scans of important
    images expire again before all others had their turn, and would take each day for ever. So no image waits longer
    than all that ECR can scan take at half the scans of a day, which is two rounds (`domain.scanning.round`).
    """
    chosen = dict.fromkeys(islice(important, number_by_importance(scans_per_day)))
    for image in waiting:
        if len(chosen) >= scans_per_day:
            break
        chosen[image] = None
    return list(chosen)
