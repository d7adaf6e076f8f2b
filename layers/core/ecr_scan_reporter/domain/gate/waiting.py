"""What to do next about the scan of an image: start it, wait for it, read its result, or give up at once.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.findings.failures import explain_failure
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.gate.timeouts import describe_length
from ecr_scan_reporter.domain.registry.scan_status import RUNNING, LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.text import describe_moment, one_line

# ECR starts one scan of an image in this time.
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartImageScan.html
ECR_INTERVAL = timedelta(hours=24)
# Inspector dates its first result. A status without a date comes before it, or ECR leaves the date out.
UNDATED_SECONDS = 60
ONCE_A_DAY = "ECR scans an image once in 24 hours"
UNWATCHED = (
    "Amazon Inspector does not scan this repository: no rule of the registry's scanning configuration includes it"
)
_TOO_OLD = "the result of {} is too old, and a larger --max-age takes it"


class Step(StrEnum):
    """What to do next."""

    START = "start"
    WAIT = "wait"
    READ = "read"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Decision:
    """The next step; for READ what the reader of the result should know, for NEVER why there is no result."""

    step: Step
    reason: str = ""


_WAIT, _START, _READ = Decision(Step.WAIT), Decision(Step.START), Decision(Step.READ)
_NEVER_SCANNED = frozenset({ScanStatus.UNSUPPORTED_IMAGE, ScanStatus.IMAGE_SIZE_EXCEEDED})
_ENDS = {
    ScanStatus.IMAGE_ARCHIVED: "the image is archived, and ECR does not scan it",
    ScanStatus.SCAN_ELIGIBILITY_EXPIRED: (
        "Amazon Inspector does not watch this image any more: push it again, or pull it where Inspector counts pulls"
    ),
}
_REFUSALS = {
    StartScanResult.QUOTA_EXCEEDED: "the daily quota of scans of the registry is used up",
    StartScanResult.UNSUPPORTED: "ECR cannot scan this kind of image",
    StartScanResult.ARCHIVED: "the image is archived, and ECR does not scan it",
    StartScanResult.GONE: "the image is not in the repository any more",
}


def before_start(scan: LastScan, now: datetime, max_age: Duration) -> Decision:
    """Decide about an image by its last scan: a result that is not older than `max_age` is read as it is."""
    ended = _never(scan)
    if ended:
        return ended
    if scan.status in RUNNING:
        return _WAIT
    if scan.status is ScanStatus.ACTIVE:
        return _READ if scan.scanned_at else _WAIT
    if scan.status is ScanStatus.COMPLETE and scan.scanned_at and scan.scanned_at >= max_age.before(now):
        return _READ
    return _START


def after_start(result: StartScanResult, scan: LastScan, now: datetime, refusal: str = "") -> Decision:
    """Decide by ECR's answer to the start; `scan` is the last scan before it, `refusal` its words for REFUSED."""
    match result:
        case StartScanResult.STARTED:
            return _WAIT
        case StartScanResult.RATE_LIMITED:
            return _rate_limited(scan, now)
        case StartScanResult.DISABLED:
            return _enhanced(scan)
    reason = _REFUSALS.get(result, f"ECR refuses to scan the image: {one_line(refusal)}")
    if scan.status is ScanStatus.COMPLETE and result is StartScanResult.QUOTA_EXCEEDED:
        reason = f"{reason}; {_TOO_OLD.format(describe_moment(scan.scanned_at))}"
    return Decision(Step.NEVER, reason)


def after_poll(scan: LastScan, before: LastScan | None, waited: timedelta) -> Decision:
    """Decide while waiting; `before` is the scan before the one that is waited for, None where that ran already.

    `waited` is how long the wait has lasted.
    """
    if before and _is_same(scan, before):
        return _WAIT
    ended = _never(scan)
    if ended:
        return ended
    match scan.status:
        case ScanStatus.COMPLETE:
            return _READ
        case ScanStatus.ACTIVE:
            return _READ if scan.scanned_at or waited.total_seconds() >= UNDATED_SECONDS else _WAIT
        case ScanStatus.FAILED | ScanStatus.LIMIT_EXCEEDED:
            return Decision(Step.NEVER, describe_failure(scan))
    return _WAIT


def timed_out(scan: LastScan | None, timeout: timedelta, error: str = "") -> str:
    """Say why there is no result at the end of the wait."""
    if error:
        return f"ECR could not be asked within {describe_length(timeout)}: {error}"
    status = scan.status.value if scan else ScanStatus.NOT_SCANNED.value
    return f"the scan did not end within {describe_length(timeout)}: its last status is {status}"


def describe_failure(scan: LastScan) -> str:
    """Say in plain words why a scan failed."""
    return one_line(explain_failure(ScanResult(scan.status, scan.scanned_at, scan.description))).rstrip(".")


def _never(scan: LastScan) -> Decision | None:
    if scan.status in _ENDS:
        return Decision(Step.NEVER, _ENDS[scan.status])
    if scan.status in _NEVER_SCANNED or scan.is_of_unsupported_system:
        return Decision(Step.NEVER, describe_failure(scan))
    return None


def _rate_limited(scan: LastScan, now: datetime) -> Decision:
    """Decide about an image that ECR has scanned within a day: its result is there, or on its way, or it failed."""
    if scan.status is ScanStatus.COMPLETE and (scan.scanned_at is None or now - scan.scanned_at <= ECR_INTERVAL):
        return Decision(Step.READ, f"{ONCE_A_DAY}, so this is the result of {describe_moment(scan.scanned_at)}")
    if scan.status in (ScanStatus.FAILED, ScanStatus.LIMIT_EXCEEDED):
        return Decision(Step.NEVER, f"{describe_failure(scan)}; {ONCE_A_DAY}, so this one was the last for today")
    return _WAIT


def _enhanced(scan: LastScan) -> Decision:
    """Decide where Amazon Inspector scans by itself, and no scan can be started."""
    if scan.status is ScanStatus.COMPLETE:
        reason = "the registry uses enhanced scanning, which starts no scan on demand"
        return Decision(Step.NEVER, f"{reason}; {_TOO_OLD.format(describe_moment(scan.scanned_at))}")
    if scan.status is ScanStatus.FAILED:
        return Decision(Step.NEVER, describe_failure(scan))
    return _WAIT


def _is_same(scan: LastScan, before: LastScan) -> bool:
    # ECR's reads lag behind its writes. A failure without a date cannot be told from the one before.
    return scan.scanned_at is not None and (scan.status, scan.scanned_at) == (before.status, before.scanned_at)
