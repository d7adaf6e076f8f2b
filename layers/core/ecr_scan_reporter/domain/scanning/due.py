"""Is the scan of an image due, and why?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import RUNNING, LastScan, ScanStatus

# StartImageScan is refused when the image was scanned within 24 hours.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html
SCAN_QUOTA_PERIOD = timedelta(hours=24)
# What cannot be scanned is tried again after this, or after the age of scans where that is longer: ECR learns.
NOT_SCANNABLE_PERIOD = Duration(months=1)
# A scan takes minutes. After this, its event should have come: https://docs.aws.amazon.com/AmazonECR/latest/userguide/
# ecr-eventbridge.html (events are delivered on a best-effort basis).
RESULT_PERIOD = timedelta(hours=1)


class DueReason(StrEnum):
    """Why an image is due, or is not. The value is what logs, metrics and tables call it."""

    NEVER_SCANNED = "never_scanned"
    EXPIRED = "expired"
    NO_RESULT = "no_result"

    UNKNOWN = "unknown"

    FRESH = "fresh"
    TRIED_RECENTLY = "tried_recently"
    IN_PROGRESS = "in_progress"
    INDEX = "index"
    REFERRER = "referrer"
    ARTIFACT = "artifact"
    UNSUPPORTED = "unsupported"
    UNSUPPORTED_SYSTEM = "unsupported_system"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    ARCHIVED = "archived"
    ENHANCED = "enhanced"


DUE = frozenset({DueReason.NEVER_SCANNED, DueReason.EXPIRED, DueReason.NO_RESULT})
NOT_SCANNABLE = frozenset(
    {DueReason.INDEX, DueReason.REFERRER, DueReason.ARTIFACT, DueReason.UNSUPPORTED, DueReason.ARCHIVED}
)

EXPLANATIONS = {
    DueReason.NEVER_SCANNED: "it was never scanned",
    DueReason.EXPIRED: "its last scan is too old",
    DueReason.NO_RESULT: "its last scan gave no result, and its date is not known",
    DueReason.UNKNOWN: "neither DescribeImages nor the ledger knows its last scan",
    DueReason.FRESH: "its last scan is recent enough",
    DueReason.TRIED_RECENTLY: "a scan was started within 24 hours, and ECR allows no second one",
    DueReason.IN_PROGRESS: "its scan is running",
    DueReason.INDEX: "it is a multi-architecture index; the images in it are scanned",
    DueReason.REFERRER: "it is a signature, SBOM or attestation of another image",
    DueReason.ARTIFACT: "it is an artifact, not a container image",
    DueReason.UNSUPPORTED: "ECR cannot scan this kind of image",
    DueReason.UNSUPPORTED_SYSTEM: "ECR cannot scan its operating system",
    DueReason.TOO_LARGE: "it is too large for ECR to scan",
    DueReason.REFUSED: "ECR refused to scan it",
    DueReason.ARCHIVED: "it is archived",
    DueReason.ENHANCED: "enhanced scanning looks after it",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to scan an image, why, and the last scan that decided it."""

    reason: DueReason
    last_scan: LastScan | None = None

    @property
    def is_due(self) -> bool:
        """True when a scan should be started."""
        return self.reason in DUE


_CANNOT_BE_SCANNED = {
    ScanStatus.UNSUPPORTED_IMAGE: DueReason.UNSUPPORTED,
    ScanStatus.IMAGE_SIZE_EXCEEDED: DueReason.TOO_LARGE,
    ScanStatus.REFUSED: DueReason.REFUSED,
}
_NEVER_DUE = {
    ScanStatus.IMAGE_ARCHIVED: DueReason.ARCHIVED,
    ScanStatus.ACTIVE: DueReason.ENHANCED,
    ScanStatus.SCAN_ELIGIBILITY_EXPIRED: DueReason.ENHANCED,
}


def decide(image: Image, recorded: LastScan | None, *, now: datetime, max_age: Duration) -> Decision:
    """Decide whether the scan of `image` is due at `now`.

    `recorded` is what the ledger remembers, or ECR answered when asked for this image. What DescribeImages itself
    tells of the scan wins over it. The reason is UNKNOWN when nobody knows: then ask ECR, and decide again.
    """
    kind = _not_scannable(image)
    if kind:
        return Decision(kind)
    if image.last_scan and image.last_scan.status in RUNNING:
        return Decision(DueReason.IN_PROGRESS, image.last_scan)
    last = _last_scan(image, recorded)
    if last is None:
        return Decision(DueReason.UNKNOWN)
    return Decision(_reason(last, now, max_age), last)


def _not_scannable(image: Image) -> DueReason | None:
    if image.is_index:
        return DueReason.INDEX
    if image.is_referrer:
        return DueReason.REFERRER
    if image.is_artifact:
        return DueReason.ARTIFACT
    return DueReason.ARCHIVED if image.is_archived else None


def _last_scan(image: Image, recorded: LastScan | None) -> LastScan | None:
    told = image.last_scan
    if told is None or (told.status is ScanStatus.COMPLETE and told.scanned_at is None):
        return recorded
    if recorded is None:
        return told
    return LastScan(told.status, told.scanned_at or recorded.scanned_at, recorded.tried_at, told.description)


def _reason(last: LastScan, now: datetime, max_age: Duration) -> DueReason:
    if last.status in _NEVER_DUE:
        return _NEVER_DUE[last.status]
    cannot = cannot_be_scanned(last)
    if cannot:
        oldest = min(max_age.before(now), NOT_SCANNABLE_PERIOD.before(now))
        return DueReason.EXPIRED if last.at and last.at < oldest else cannot
    if last.tried_at and now - last.tried_at < SCAN_QUOTA_PERIOD:
        return DueReason.IN_PROGRESS if last.status in RUNNING else DueReason.TRIED_RECENTLY
    if last.status is ScanStatus.NOT_SCANNED:
        return DueReason.NEVER_SCANNED
    if last.at is not None:
        return DueReason.EXPIRED if last.at < max_age.before(now) else DueReason.FRESH
    return DueReason.IN_PROGRESS if last.status in RUNNING else DueReason.NO_RESULT


def cannot_be_scanned(last: LastScan) -> DueReason | None:
    """Return why a further scan would tell nothing either, None where it may."""
    return DueReason.UNSUPPORTED_SYSTEM if last.is_of_unsupported_system else _CANNOT_BE_SCANNED.get(last.status)


def is_result_overdue(last: LastScan | None, now: datetime) -> bool:
    """Tell whether a scan was started so long ago that its event must have been lost."""
    return bool(last and last.status in RUNNING and last.tried_at and now - last.tried_at > RESULT_PERIOD)
