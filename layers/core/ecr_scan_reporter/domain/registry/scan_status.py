"""The status of an image's last scan."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ScanStatus(StrEnum):
    """ECR's scan statuses, and three of the application: NOT_SCANNED, REFUSED (ECR refuses to scan) and UNKNOWN.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html
    """

    IN_PROGRESS = "IN_PROGRESS"
    PENDING = "PENDING"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"
    UNSUPPORTED_IMAGE = "UNSUPPORTED_IMAGE"
    ACTIVE = "ACTIVE"
    SCAN_ELIGIBILITY_EXPIRED = "SCAN_ELIGIBILITY_EXPIRED"
    FINDINGS_UNAVAILABLE = "FINDINGS_UNAVAILABLE"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    IMAGE_ARCHIVED = "IMAGE_ARCHIVED"
    IMAGE_SIZE_EXCEEDED = "IMAGE_SIZE_EXCEEDED"
    REFUSED = "REFUSED"
    NOT_SCANNED = "NOT_SCANNED"
    UNKNOWN = "UNKNOWN"

    @classmethod
    def parse(cls, text: str | None) -> "ScanStatus":
        """Return the status, UNKNOWN for a status that ECR has added since."""
        return cls.__members__.get(text or "", cls.UNKNOWN)


RUNNING = frozenset({ScanStatus.IN_PROGRESS, ScanStatus.PENDING})


@dataclass(frozen=True, slots=True)
class LastScan:
    """The last scan of one image digest, as far as ECR or the ledger knows it.

    `scanned_at` is when the scan completed or failed. `tried_at` is when the application last started one, or when ECR
    refused because another had run within 24 hours. Either may be unknown. `description` is ECR's reason.
    """

    status: ScanStatus
    scanned_at: datetime | None = None
    tried_at: datetime | None = None
    description: str = ""

    @property
    def is_of_unsupported_system(self) -> bool:
        """True when the scan failed because ECR does not support the image's operating system or package manager."""
        return self.status is ScanStatus.FAILED and "UnsupportedImageError" in self.description

    @property
    def at(self) -> datetime | None:
        """The latest known moment at which a scan ended or started."""
        if self.scanned_at and self.tried_at:
            return max(self.scanned_at, self.tried_at)
        return self.scanned_at or self.tried_at


def latest(one: LastScan | None, other: LastScan | None) -> LastScan | None:
    """Join the records of two sources about one image: the status of the later one, the latest moment of each kind."""
    if one is None or other is None:
        return one or other
    older, newer = sorted((one, other), key=_recency)
    return LastScan(
        status=newer.status,
        scanned_at=max(filter(None, (one.scanned_at, other.scanned_at)), default=None),
        tried_at=max(filter(None, (one.tried_at, other.tried_at)), default=None),
        description=newer.description or older.description,
    )


def _recency(scan: LastScan) -> tuple[bool, float, bool, str]:
    # Within the same second, an ended scan is later than a running one. The name makes the order total.
    at = scan.at
    return (at is not None, at.timestamp() if at else 0.0, scan.status not in RUNNING, scan.status.value)
