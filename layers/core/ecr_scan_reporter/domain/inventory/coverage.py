"""Coverage: which images have a recent scan, which do not, and why."""

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
# Bounds the memory: the names come from others.
MAX_SYSTEMS = 50
OTHER_SYSTEMS = "others"


class CoverageStatus(StrEnum):
    """The coverage of one image, by its last scan."""

    CURRENT = "current"
    STALE = "stale"
    NEVER_SCANNED = "neverScanned"
    UNSUPPORTED_SYSTEM = "unsupportedSystem"
    UNSUPPORTED_TYPE = "unsupportedType"
    TOO_LARGE = "tooLarge"
    REFUSED = "refused"
    FAILED = "failed"
    ARCHIVED = "archived"


STATUS_NAMES = {
    CoverageStatus.CURRENT: "Scanned in time",
    CoverageStatus.STALE: "Scan is too old",
    CoverageStatus.NEVER_SCANNED: "Never scanned",
    CoverageStatus.UNSUPPORTED_SYSTEM: "Operating system not supported",
    CoverageStatus.TOO_LARGE: "Too large to scan",
    CoverageStatus.REFUSED: "Refused by ECR",
    CoverageStatus.FAILED: "Scan failed",
    CoverageStatus.UNSUPPORTED_TYPE: "Nothing to scan",
    CoverageStatus.ARCHIVED: "Archived",
}
"""Each status for people, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The number of images of each status, and examples of those without a recent result.

    `systems` counts images by unsupported operating system. `oldest` is the image with the oldest result.
    """

    counts: Mapping[CoverageStatus, int] = field(default_factory=dict)
    examples: Mapping[CoverageStatus, Ranked[ImageState]] = field(default_factory=dict)
    systems: Mapping[str, int] = field(default_factory=dict)
    oldest: ImageState | None = None

    @property
    def total(self) -> int:
        """The number of images."""
        return sum(self.counts.values())

    def cut(self, most: int) -> "Coverage":
        """Return all counts, with at most `most` examples of each status and operating systems."""
        commonest = sorted(self.systems.items(), key=lambda entry: (-entry[1], entry[0]))
        examples = {status: images.cut(most) for status, images in self.examples.items()}
        oldest = self.oldest if most else None
        return replace(self, examples=examples, systems=dict(commonest[:most]), oldest=oldest)

    @property
    def scanned(self) -> int:
        """The number of images with a result."""
        return sum(self.counts.get(status, 0) for status in (CoverageStatus.CURRENT, CoverageStatus.STALE))

    @property
    def scannable(self) -> int:
        """The number of images that ECR could scan."""
        without = (CoverageStatus.UNSUPPORTED_TYPE, CoverageStatus.ARCHIVED)
        return self.total - sum(self.counts.get(status, 0) for status in without)


def coverage_status(image: ImageState, oldest_allowed: datetime) -> CoverageStatus:
    """Return the coverage of an image by its last ended scan. A running scan changes nothing.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html
    """
    return scan_coverage(image.ended_scan, oldest_allowed)


def scan_coverage(scan: LastScan | None, oldest_allowed: datetime) -> CoverageStatus:
    """Return the coverage of an image by a scan that ended, None where none is known."""
    if scan is None:
        return CoverageStatus.NEVER_SCANNED
    match scan.status:
        case ScanStatus.ACTIVE:
            return CoverageStatus.CURRENT  # Enhanced scanning is continuous, and has no new date without a change.
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
    """Return the unsupported operating system, empty when the scan failed for another reason."""
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
        """Count an image that has a record in the ledger."""
        status = coverage_status(image, oldest_allowed)
        self._counts[status] += 1
        if status in self._examples:
            self._examples[status].add(image)
        scan = image.ended_scan
        if scan and scan.scanned_at and status in (CoverageStatus.CURRENT, CoverageStatus.STALE):
            self._oldest.add(image)
        if scan and status is CoverageStatus.UNSUPPORTED_SYSTEM:
            self._add_system(system_of(scan) or "not known")

    def add_others(self, seen: RepositoryCoverage, recorded: int) -> None:
        """Count the images of a repository that the images scanner saw and the ledger has no record of."""
        without_record = {reason: n for reason, n in seen.not_scannable.items() if reason in _NO_RECORD}
        for reason, number in without_record.items():
            self._counts[_NO_RECORD[reason]] += number
        self._counts[CoverageStatus.NEVER_SCANNED] += max(seen.images - sum(without_record.values()) - recorded, 0)

    def coverage(self) -> Coverage:
        """Return the coverage of the images so far."""
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


# The ledger has a record of UNSUPPORTED images, because ECR was asked to scan them; of the other kinds it has none.
_NO_RECORD = {
    reason: CoverageStatus.ARCHIVED if reason is DueReason.ARCHIVED else CoverageStatus.UNSUPPORTED_TYPE
    for reason in NOT_SCANNABLE - {DueReason.UNSUPPORTED}
}


def _name(image: ImageState) -> tuple[str, str, str]:
    return (image.name, str(image.repository), image.digest)


def _age(image: ImageState) -> tuple[float, tuple[str, str, str]]:
    scan = image.ended_scan
    return (scan.scanned_at.timestamp() if scan and scan.scanned_at else 0.0, _name(image))
