"""The records that the images scanner reads from the ledger and writes to it."""

from dataclasses import replace
from datetime import datetime

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.scan_status import RUNNING, LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import HELD_BACK, StartScanResult
from ecr_scan_reporter.domain.scanning.due import NOT_SCANNABLE, SCAN_QUOTA_PERIOD, cannot_be_scanned
from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary

# These depend on settings of the registry, which may change at any time.
_VOLATILE = frozenset({ScanStatus.IMAGE_ARCHIVED, ScanStatus.ACTIVE, ScanStatus.SCAN_ELIGIBILITY_EXPIRED})
_NOTHING_TO_REPORT = RUNNING | _VOLATILE | {ScanStatus.NOT_SCANNED, ScanStatus.UNKNOWN, ScanStatus.FINDINGS_UNAVAILABLE}


def usable(recorded: LastScan | None) -> LastScan | None:
    """Return the record of the ledger, None when it rests on settings of the registry that may have changed."""
    return None if recorded is None or recorded.status in _VOLATILE else recorded


def after_asking(last: LastScan | None, now: datetime) -> LastScan | None:
    """Return the record of a last scan that ECR returned; None when there is nothing to record.

    Without a date from ECR, `now` is the latest moment at which the scan can have run.
    """
    if last is None or last.status in _VOLATILE:
        return None
    has_no_date = last.status in RUNNING or (cannot_be_scanned(last) and not last.at)
    return replace(last, tried_at=now) if has_no_date else last


def after_starting(result: StartScanResult, last: LastScan | None, now: datetime, text: str = "") -> LastScan | None:
    """Return the record of the last scan after StartImageScan; None when the result changes nothing.

    When the image's quota refuses, another scan ran within 24 hours, `now` at the latest.
    `text` is ECR's message of a refusal in unknown words.
    """
    if result is StartScanResult.UNSUPPORTED:
        return LastScan(ScanStatus.UNSUPPORTED_IMAGE, tried_at=now)
    if result is StartScanResult.REFUSED:
        return LastScan(ScanStatus.REFUSED, tried_at=now, description=text)
    if result not in (StartScanResult.STARTED, StartScanResult.RATE_LIMITED):
        return None
    return LastScan(ScanStatus.IN_PROGRESS, scanned_at=last.scanned_at if last else None, tried_at=now)


def is_unreported(last: LastScan, started: LastScan) -> bool:
    """Return whether a scan that was `started` has ended as `last`, and the reporter has not reported it.

    The scan of `started.scanned_at` was reported; the ledger stores it in seconds. The date of a failed scan proves
    nothing, because ECR may return the date of earlier findings.
    """
    if last.status in _NOTHING_TO_REPORT:
        return False
    if last.status is not ScanStatus.COMPLETE or last.scanned_at is None or started.scanned_at is None:
        return True
    return int(last.scanned_at.timestamp()) > int(started.scanned_at.timestamp())


def is_settled(last: LastScan, now: datetime) -> bool:
    """Return whether ECR's record is final for the started scan: for less than a day, it may be of the scan before."""
    if last.status in RUNNING:
        return False
    return last.tried_at is None or now - last.tried_at > SCAN_QUOTA_PERIOD or last.status is ScanStatus.NOT_SCANNED


def coverage_seen(summary: ScanSummary, repository: Repository, max_age: Duration, now: datetime) -> RepositoryCoverage:
    """Return the coverage of a repository, from the summary of a job that looked at all of it."""
    return RepositoryCoverage(
        repository=repository,
        at=now,
        images=summary.images,
        not_scannable={reason: n for reason, n in summary.reasons.items() if reason in NOT_SCANNABLE},
        held_back={result: n for result, n in summary.answers.items() if result in HELD_BACK},
        max_age=str(max_age),
        tag_warnings=summary.tag_warnings,
    )
