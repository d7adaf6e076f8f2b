"""How well the images are covered by scans: who has a recent one, who has none, and why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from ecr_scan_reporter.domain.findings.failures import unsupported_system
from ecr_scan_reporter.domain.ledger.entries import ImageState
from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.rankings import Ranked, Ranking
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.scanning.due import NOT_SCANNABLE, DueReason

MAX_EXAMPLES = 3
# Of other people's texts, no more are kept than this.
MAX_SYSTEMS = 50
OTHER_SYSTEMS = "others"


class CoverageStatus(StrEnum):
    """What the last scan of an image is worth. Each image has one of them."""

    CURRENT = "current"
    STALE = "stale"
    NEVER_SCANNED = "neverScanned"
    UNSUPPORTED_SYSTEM = "unsupportedSystem"
    UNSUPPORTED_TYPE = "unsupportedType"
    TOO_LARGE = "tooLarge"
    REFUSED = "refused"
    FAILED = "failed"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many images there are of each kind, and a few of those that lack a recent result.

    `systems` counts the images by the operating system that ECR does not support; `oldest` has the oldest result.
    """

    counts: Mapping[CoverageStatus, int] = field(default_factory=dict)
    examples: Mapping[CoverageStatus, Ranked[ImageState]] = field(default_factory=dict)
    systems: Mapping[str, int] = field(default_factory=dict)
    oldest: ImageState | None = None

    @property
    def total(self) -> int:
        """How many images there are."""
        return sum(self.counts.values())

    def cut(self, most: int) -> "Coverage":
        """Return the same with all counts and at most so many names of images and of operating systems."""
        commonest = sorted(self.systems.items(), key=lambda entry: (-entry[1], entry[0]))
        examples = {status: images.cut(most) for status, images in self.examples.items()}
        oldest = self.oldest if most else None
        return replace(self, examples=examples, systems=dict(commonest[:most]), oldest=oldest)

    @property
    def scanned(self) -> int:
        """How many of them have a result."""
        return sum(self.counts.get(status, 0) for status in (CoverageStatus.CURRENT, CoverageStatus.STALE))

    @property
    def scannable(self) -> int:
        """How many of them a scan could tell something of."""
        without = (CoverageStatus.UNSUPPORTED_TYPE, CoverageStatus.ARCHIVED)
        return self.total - sum(self.counts.get(status, 0) for status in without)


def coverage_status(image: ImageState, oldest_allowed: datetime) -> CoverageStatus:
    """Judge one image by its last scan that ended; one that was only started since changes nothing.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html
    """
    scan = image.ended_scan
    if scan is None:
        return CoverageStatus.NEVER_SCANNED
    match scan.status:
        case ScanStatus.ACTIVE:
            return CoverageStatus.CURRENT  # Enhanced scanning goes on by itself, and tells only of changes.
        case ScanStatus.COMPLETE:
            is_current = scan.scanned_at is not None and scan.scanned_at >= oldest_allowed
            return CoverageStatus.CURRENT if is_current else CoverageStatus.STALE
    if system_of(scan) or "UnsupportedImageError" in scan.description:
        return CoverageStatus.UNSUPPORTED_SYSTEM
    return _WITHOUT_RESULT.get(scan.status, CoverageStatus.FAILED)


_WITHOUT_RESULT = {
    ScanStatus.SCAN_ELIGIBILITY_EXPIRED: CoverageStatus.STALE,
    ScanStatus.IMAGE_ARCHIVED: CoverageStatus.ARCHIVED,
    ScanStatus.IMAGE_SIZE_EXCEEDED: CoverageStatus.TOO_LARGE,
    ScanStatus.REFUSED: CoverageStatus.REFUSED,
    ScanStatus.UNSUPPORTED_IMAGE: CoverageStatus.UNSUPPORTED_TYPE,
}


def system_of(scan: LastScan) -> str:
    """Return the operating system that ECR does not support, empty when that is not what failed."""
    return unsupported_system(scan.description)


class CoverageTally:
    """Counts images one by one."""

    def __init__(self) -> None:
        self._counts: Counter[CoverageStatus] = Counter()
        self._systems: Counter[str] = Counter()
        self._oldest: Ranking[ImageState] = Ranking(1, _age)
        self._examples = {
            status: Ranking(MAX_EXAMPLES, _name) for status in CoverageStatus if status is not CoverageStatus.CURRENT
        }

    def add(self, image: ImageState, oldest_allowed: datetime) -> None:
        """Count an image of which there is a record."""
        status = coverage_status(image, oldest_allowed)
        self._counts[status] += 1
        if status in self._examples:
            self._examples[status].add(image)
        scan = image.ended_scan
        if scan and scan.scanned_at and status in (CoverageStatus.CURRENT, CoverageStatus.STALE):
            self._oldest.add(image)
        if scan and status is CoverageStatus.UNSUPPORTED_SYSTEM:
            self._add_system(system_of(scan) or "not told")

    def add_others(self, seen: RepositoryCoverage, recorded: int) -> None:
        """Count the images of a repository that the images scanner saw and of which there is no record."""
        without_record = {reason: n for reason, n in seen.not_scannable.items() if reason in _NO_RECORD}
        for reason, number in without_record.items():
            self._counts[_NO_RECORD[reason]] += number
        self._counts[CoverageStatus.NEVER_SCANNED] += max(seen.images - sum(without_record.values()) - recorded, 0)

    def coverage(self) -> Coverage:
        """Return what was counted."""
        oldest = self._oldest.ranked().first
        return Coverage(
            counts={status: self._counts[status] for status in CoverageStatus},
            examples={status: ranking.ranked() for status, ranking in self._examples.items()},
            systems=dict(self._systems),
            oldest=oldest[0] if oldest else None,
        )

    def _add_system(self, system: str) -> None:
        is_counted = system in self._systems or len(self._systems) < MAX_SYSTEMS
        self._systems[system if is_counted else OTHER_SYSTEMS] += 1


# What ECR cannot scan at all is remembered as a result when it was asked to (DueReason.UNSUPPORTED); the rest never is.
_NO_RECORD = {
    reason: CoverageStatus.ARCHIVED if reason is DueReason.ARCHIVED else CoverageStatus.UNSUPPORTED_TYPE
    for reason in NOT_SCANNABLE - {DueReason.UNSUPPORTED}
}


def _name(image: ImageState) -> tuple[str, str, str]:
    return (image.name, str(image.repository), image.digest)


def _age(image: ImageState) -> tuple[float, tuple[str, str, str]]:
    scan = image.ended_scan
    return (scan.scanned_at.timestamp() if scan and scan.scanned_at else 0.0, _name(image))
