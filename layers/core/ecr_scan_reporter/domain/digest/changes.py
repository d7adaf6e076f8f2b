"""Which recorded changes belong to a digest, and what they come to for each image."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ecr_scan_reporter.domain.ledger.entries import RecordedChange
from ecr_scan_reporter.domain.ledger.records import ChangeRecord
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.severities import Severity

# What was written so shortly before a digest may not have been seen by it: clocks differ, and reads are eventually
# consistent. So the next one looks at this time again, and skips what was reported.
UNSETTLED = timedelta(minutes=10)


class ChangesToReport:
    """The changes since the digest before, each in one digest alone."""

    def __init__(self, since: datetime, now: datetime, reported_before: frozenset[str]) -> None:
        self._since, self._now = since, now
        self._reported_before = reported_before
        self._reported_late: set[str] = set()

    def includes(self, recorded: RecordedChange) -> bool:
        """Return whether the digest reports a change; remember one that the next digest will see again."""
        if not self._since - UNSETTLED < recorded.recorded_at <= self._now:
            return False
        if recorded.recorded_at > self._now - UNSETTLED:
            self._reported_late.add(recorded.id)
        return recorded.id not in self._reported_before

    @property
    def reported_late(self) -> frozenset[str]:
        """The ids of the changes that were written shortly before the digest."""
        return frozenset(self._reported_late)


@dataclass(slots=True)
class ChangeSums:
    """Several changes added up. `is_first`: with them, the image was scanned for the first time."""

    new: Counter[Severity] = field(default_factory=Counter)
    raised: Counter[Severity] = field(default_factory=Counter)
    fixed: Counter[Severity] = field(default_factory=Counter)
    news: dict[str, None] = field(default_factory=dict)
    is_first: bool = False

    def add(self, change: "ChangeRecord | ChangeSums") -> None:
        """Add a change, or the sums of others."""
        self.new.update(change.new)
        self.raised.update(change.raised)
        self.fixed.update(change.fixed)
        self.news |= dict.fromkeys(change.news)
        self.is_first |= change.is_first


class ChangesByImage:
    """The changes of the images of one repository."""

    def __init__(self) -> None:
        self._by_image: dict[ImageId, ChangeSums] = {}

    def add(self, change: ChangeRecord) -> None:
        """Add a change to those of its image."""
        self._by_image.setdefault(change.image, ChangeSums()).add(change)

    def of(self, image: ImageId) -> ChangeSums | None:
        """Return the changes of an image, None where it has none."""
        return self._by_image.get(image)
