"""The entries of the scan ledger, as the digest reads them."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import IdentifiedImage, Repository
from ecr_scan_reporter.domain.registry.scan_status import RUNNING, LastScan, ScanStatus, latest
from ecr_scan_reporter.domain.severities import SeverityCounts

_SUCCEEDED = frozenset({ScanStatus.COMPLETE, ScanStatus.ACTIVE})
_NO_RESULT = RUNNING | {ScanStatus.NOT_SCANNED}


@dataclass(frozen=True, slots=True)
class ImageState(IdentifiedImage):
    """The results of one image digest in the ledger.

    `record` is the reporter's; `scanner` is the images scanner's: the last scan from ECR, or one that it started.
    """

    record: ImageRecord | None = None
    scanner: LastScan | None = None

    @property
    def ended_scan(self) -> LastScan | None:
        """The last scan that ended, None when no scan is known to have ended."""
        ended = latest(_ended(self.record.scan if self.record else None), _ended(self.scanner))
        if ended or self.scanner is None or self.scanner.scanned_at is None:
            return ended
        # The scanner started another scan since, and its record has overwritten how the one before ended.
        return LastScan(ScanStatus.COMPLETE, scanned_at=self.scanner.scanned_at)

    @property
    def is_scanned(self) -> bool:
        """True when the last ended scan has a result."""
        scan = self.ended_scan
        return scan is not None and scan.status in _SUCCEEDED

    @property
    def has_counts(self) -> bool:
        """True when the reporter has counted the findings of a scan."""
        return self.record is not None and self.record.scan.status in _SUCCEEDED

    @property
    def counts(self) -> SeverityCounts:
        """The counts of the last scan, empty when it has no result."""
        return self.record.counts if self.record and self.is_scanned else {}

    @property
    def name(self) -> str:
        """The name of the image for people."""
        return self.record.name if self.record else self.id.name()

    @property
    def owner(self) -> str:
        """The owner of the repository, empty when no tag names one."""
        return self.record.owner if self.record else ""


def _ended(scan: LastScan | None) -> LastScan | None:
    return scan if scan and scan.status not in _NO_RESULT else None


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A change, and the moment when the reporter recorded it: events may come late."""

    change: ChangeRecord
    recorded_at: datetime

    @property
    def id(self) -> str:
        """The identity of the change."""
        return sha256(repr(self.change).encode()).hexdigest()[:12]

    @property
    def repository(self) -> Repository:
        """The repository of the image."""
        return self.change.image.repository


@dataclass(frozen=True, slots=True)
class DigestState:
    """The counts of a sent digest, with which the next one compares.

    `reported` has the ids of the changes that were recorded shortly before it. A change that was recorded at the same
    time may have been missed, and goes into the next digest.
    """

    at: datetime
    totals: SeverityCounts = field(default_factory=dict)
    suppressed: int = 0
    reported: frozenset[str] = frozenset()


LedgerEntry = ImageState | RecordedChange | RepositoryCoverage
