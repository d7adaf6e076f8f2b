"""The findings of images whose deadline has passed."""

from collections.abc import Iterable, Iterator
from datetime import date
from heapq import heappop, heappush
from typing import Any

from ecr_scan_reporter.domain.findings.importance import importance_key, importance_of
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, Occurrence, SnapshotInfo


def overdue_in(each: ImageFindings, info: SnapshotInfo) -> ImageFindings:
    """Return an image with those of its findings that are overdue."""
    return ImageFindings(each.image, tuple(found for found in each.findings if info.days_overdue(found)))


def longest_overdue_first(images: Iterable[ImageFindings], info: SnapshotInfo) -> Iterator[Occurrence]:
    """Yield the overdue findings, the longest overdue first, those of one day by importance.

    The images are in the order of their earliest deadline. So they are read only as far as findings are asked for, and
    what is held are the findings that are overdue since a later day than the image which is read.
    """
    waiting: list[tuple[date, tuple[Any, ...], int, Occurrence]] = []
    number = 0
    for each in images:
        # All that is left is overdue since this day at the earliest.
        while waiting and waiting[0][0] < (each.image.overdue_since or date.min):
            yield heappop(waiting)[-1]
        for found in overdue_in(each, info).findings:
            occurrence = Occurrence(each.image, found)
            heappush(waiting, (info.due_on(found) or date.max, _importance(occurrence), number, occurrence))
            number += 1
    while waiting:
        yield heappop(waiting)[-1]


def _importance(occurrence: Occurrence) -> tuple[float, ...]:
    finding, image = occurrence.finding, occurrence.image
    return importance_key(
        importance_of(finding),
        finding.severity,
        is_in_use=bool(image.is_in_use),
        is_fixable=finding.is_fixable,
        epss=finding.epss,
        is_likely=finding.is_likely,
    )
