"""Due images, and their order found by comparing all of them: what the snapshot must answer."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.inventory.scan_order import Criterion
from ecr_scan_reporter.domain.registry.images import IdentifiedImage, ImageId
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts


@dataclass(frozen=True, slots=True)
class DueImage(IdentifiedImage):
    """An image whose scan is due, with the facts that order it."""

    is_in_use: bool = False
    exploited: int = 0
    counts: SeverityCounts = field(default_factory=dict)
    used_at: datetime | None = None
    scanned_at: datetime | None = None


def _seconds(at: datetime | None) -> int:
    return int(at.timestamp()) if at else 0


KEYS: Mapping[Criterion, Callable[[DueImage], Any]] = {
    Criterion.IN_USE: lambda image: not image.is_in_use,
    Criterion.NEVER_SCANNED: lambda image: image.scanned_at is not None,
    Criterion.EXPLOITED: lambda image: not image.exploited,
    Criterion.FINDINGS: lambda image: [-image.counts.get(severity, 0) for severity in Severity],
    Criterion.USED_LAST: lambda image: -_seconds(image.used_at),
    Criterion.SCANNED_FIRST: lambda image: _seconds(image.scanned_at),
    Criterion.IDENTITY: lambda image: (
        image.digest,
        image.repository.registry_id,
        image.repository.region,
        image.repository.name,
    ),
}


def in_order(images: Collection[DueImage], order: Sequence[Criterion]) -> list[DueImage]:
    return sorted(images, key=lambda image: [KEYS[criterion](image) for criterion in order])


@dataclass(frozen=True, slots=True)
class MadeUpDue:
    """Stands in for the due images of a snapshot."""

    images: Collection[DueImage]

    def count(self) -> int:
        return len(self.images)

    def first(self, order: Sequence[Criterion], most: int) -> Iterator[ImageId]:
        return (image.id for image in in_order(self.images, order)[:most])
