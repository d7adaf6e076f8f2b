"""What the ledger should remember of an image's last scan."""

from dataclasses import replace
from datetime import datetime

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.scan_status import RUNNING, LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import HELD_BACK, StartScanResult
from ecr_scan_reporter.domain.scanning.due import NOT_SCANNABLE, SCAN_QUOTA_PERIOD, cannot_be_scanned
from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary

# These depend on settings of the registry, and may change at any time.
_FORGOTTEN = frozenset({ScanStatus.IMAGE_ARCHIVED, ScanStatus.ACTIVE, ScanStatus.SCAN_ELIGIBILITY_EXPIRED})
_NOTHING_TO_REPORT = (
    RUNNING | _FORGOTTEN | {ScanStatus.NOT_SCANNED, ScanStatus.UNKNOWN, ScanStatus.FINDINGS_UNAVAILABLE}
)


def usable(recorded: LastScan | None) -> LastScan | None:
    """Return what the ledger says, None where that depends on settings of the registry that may have changed."""
    return None if recorded is None or recorded.status in _FORGOTTEN else recorded


def after_asking(last: LastScan | None, now: datetime) -> LastScan | None:
    """Return what is worth remembering of ECR's answer about the last scan; None when nothing is.

    Where ECR tells no date, `now` is the latest moment at which the scan can have run.
    """
    if last is None or last.status in _FORGOTTEN:
        return None
    has_no_date = last.status in RUNNING or (cannot_be_scanned(last) and not last.at)
    return replace(last, tried_at=now) if has_no_date else last


def after_starting(answer: StartScanResult, last: LastScan | None, now: datetime, text: str = "") -> LastScan | None:
    """Return what is known of the last scan after ECR's answer to a start; None when that changed nothing.

    After a refusal by the image's quota, some scan ran within 24 hours: `now` is the latest moment that can be.
    `text` is what ECR said when it refused in words that are not known.
    """
    if answer is StartScanResult.UNSUPPORTED:
        return LastScan(ScanStatus.UNSUPPORTED_IMAGE, tried_at=now)
    if answer is StartScanResult.REFUSED:
        return LastScan(ScanStatus.REFUSED, tried_at=now, description=text)
    if answer not in (StartScanResult.STARTED, StartScanResult.RATE_LIMITED):
        return None
    return LastScan(ScanStatus.IN_PROGRESS, scanned_at=last.scanned_at if last else None, tried_at=now)


def is_unreported(last: LastScan, started: LastScan) -> bool:
    """Tell whether a scan that was `started` has ended as `last` without anybody having heard of it.

    What is known in `started.scanned_at` was reported; the ledger keeps it in seconds. With a failure ECR may tell the
    date of the findings before it, so that its date says nothing.
    """
    if last.status in _NOTHING_TO_REPORT:
        return False
    if last.status is not ScanStatus.COMPLETE or last.scanned_at is None or started.scanned_at is None:
        return True
    return int(last.scanned_at.timestamp()) > int(started.scanned_at.timestamp())


def is_settled(last: LastScan, now: datetime) -> bool:
    """Tell whether ECR's answer about a started scan holds: it may still tell of the scan before, but not for a day."""
    if last.status in RUNNING:
        return False
    return last.tried_at is None or now - last.tried_at > SCAN_QUOTA_PERIOD or last.status is ScanStatus.NOT_SCANNED


def coverage_seen(summary: ScanSummary, repository: Repository, max_age: Duration, now: datetime) -> RepositoryCoverage:
    """Return what is worth remembering of a job that looked at the whole repository."""
    return RepositoryCoverage(
        repository=repository,
        at=now,
        images=summary.images,
        not_scannable={reason: n for reason, n in summary.reasons.items() if reason in NOT_SCANNABLE},
        held_back={answer: n for answer, n in summary.answers.items() if answer in HELD_BACK},
        max_age=str(max_age),
        tag_warnings=summary.tag_warnings,
    )
