"""Whether the scan of an image is due, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import RUNNING, LastScan, ScanStatus

# ECR refuses to scan an image twice within 24 hours.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html
SCAN_QUOTA_PERIOD = timedelta(hours=24)
# An image that ECR cannot scan is due again after this, or after `max_age` when that is longer: ECR may have learnt.
NOT_SCANNABLE_PERIOD = Duration(months=1)
# A scan takes minutes, and ECR delivers events on a best-effort basis. Without an event after this time, it is lost.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
RESULT_PERIOD = timedelta(hours=1)


class DueReason(StrEnum):
    """Why an image is due, or is not. Logs, metrics and tables show the value."""

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
    DueReason.ENHANCED: "enhanced scanning scans it",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision about an image: the reason, and the last scan on which it rests."""

    reason: DueReason
    last_scan: LastScan | None = None

    @property
    def is_due(self) -> bool:
        """True when a scan should start."""
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

    `recorded` is the last scan from the ledger, or from DescribeImageScanFindings. Scan fields of DescribeImages take
    precedence over it. The reason is UNKNOWN without any record: then ask ECR, and decide again.
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
    described = image.last_scan
    if described is None or (described.status is ScanStatus.COMPLETE and described.scanned_at is None):
        return recorded
    if recorded is None:
        return described
    scanned_at = described.scanned_at or recorded.scanned_at
    return LastScan(described.status, scanned_at, recorded.tried_at, described.description)


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
    """Return why ECR cannot scan the image, None when it may."""
    return DueReason.UNSUPPORTED_SYSTEM if last.is_of_unsupported_system else _CANNOT_BE_SCANNED.get(last.status)


def is_result_overdue(last: LastScan | None, now: datetime) -> bool:
    """Return whether a scan started so long ago that its event must be lost."""
    return bool(last and last.status in RUNNING and last.tried_at and now - last.tried_at > RESULT_PERIOD)
