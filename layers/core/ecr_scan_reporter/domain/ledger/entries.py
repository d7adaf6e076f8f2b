"""What the digest reads in the scan ledger, as it lies there."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import RUNNING, LastScan, ScanStatus, latest
from ecr_scan_reporter.domain.severities import SeverityCounts

_SUCCEEDED = frozenset({ScanStatus.COMPLETE, ScanStatus.ACTIVE})
_NO_RESULT = RUNNING | {ScanStatus.NOT_SCANNED}


@dataclass(frozen=True, slots=True)
class ImageState:
    """All that is known of one image digest.

    `record` is the reporter's last result; `scanner` is what the images scanner knows: ECR's answer, or
    that it started a scan.
    """

    id: ImageId
    record: ImageRecord | None = None
    scanner: LastScan | None = None

    @property
    def repository(self) -> Repository:
        """Where the image is."""
        return self.id.repository

    @property
    def digest(self) -> str:
        """Its digest, `sha256:...`."""
        return self.id.digest

    @property
    def ended_scan(self) -> LastScan | None:
        """The last scan that ended, whatever was started since; None where nothing is known of any."""
        ended = latest(_ended(self.record.scan if self.record else None), _ended(self.scanner))
        if ended or self.scanner is None or self.scanner.scanned_at is None:
            return ended
        # The scanner started another scan over what it knew: that one had ended, and how is forgotten.
        return LastScan(ScanStatus.COMPLETE, scanned_at=self.scanner.scanned_at)

    @property
    def is_scanned(self) -> bool:
        """True when the last scan that ended gave a result."""
        scan = self.ended_scan
        return scan is not None and scan.status in _SUCCEEDED

    @property
    def has_counts(self) -> bool:
        """True when the reporter has read the findings of a scan: without it, nobody has counted them."""
        return self.record is not None and self.record.scan.status in _SUCCEEDED

    @property
    def counts(self) -> SeverityCounts:
        """The findings of the last scan, if it gave a result."""
        return self.record.counts if self.record and self.is_scanned else {}

    @property
    def name(self) -> str:
        """The image as people call it."""
        return self.record.name if self.record else self.id.name()

    @property
    def owner(self) -> str:
        """Whom it belongs to, empty where that is not known."""
        return self.record.owner if self.record else ""


def _ended(scan: LastScan | None) -> LastScan | None:
    return scan if scan and scan.status not in _NO_RESULT else None


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A scan that changed something, and when that was written down: events may come late."""

    change: ChangeRecord
    recorded_at: datetime

    @property
    def id(self) -> str:
        """What tells it from other changes."""
        return sha256(repr(self.change).encode()).hexdigest()[:12]

    @property
    def repository(self) -> Repository:
        """Where the image is."""
        return self.change.image.repository


@dataclass(frozen=True, slots=True)
class DigestState:
    """What a digest said, for the next one to compare with.

    `reported` has the ids of the changes that were written shortly before it: others may have been written at the same
    time and not have been seen yet.
    """

    at: datetime
    totals: SeverityCounts = field(default_factory=dict)
    suppressed: int = 0
    reported: frozenset[str] = frozenset()


LedgerEntry = ImageState | RecordedChange | RepositoryCoverage
