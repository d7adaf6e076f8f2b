"""What ECR says of the last scan of an image."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ScanStatus(StrEnum):
    """ECR's scan statuses, and three of our own: NOT_SCANNED, REFUSED (to start a scan) and UNKNOWN.

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
        """Return the status; one that we do not know (yet) is UNKNOWN."""
        return cls.__members__.get(text or "", cls.UNKNOWN)


# A scan that has not ended.
RUNNING = frozenset({ScanStatus.IN_PROGRESS, ScanStatus.PENDING})


@dataclass(frozen=True, slots=True)
class LastScan:
    """The last scan of one image digest, as far as somebody (ECR or the ledger) knows it.

    `scanned_at` is when it completed (or failed); `tried_at` is when we last started it, or were told that ECR had
    started one shortly before. Either may be unknown.
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
        """The latest moment at which a scan is known to have run or to have been started."""
        if self.scanned_at and self.tried_at:
            return max(self.scanned_at, self.tried_at)
        return self.scanned_at or self.tried_at


def latest(one: LastScan | None, other: LastScan | None) -> LastScan | None:
    """Join what two sources know of the same digest: the status of the later one, the latest moment of each kind."""
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
    # Of what is known as of the same second, the end of a scan is the news. The name settles what is left.
    at = scan.at
    return (at is not None, at.timestamp() if at else 0.0, scan.status not in RUNNING, scan.status.value)
