"""The records that the reporter writes to the ledger after a scan."""

from datetime import datetime

from ecr_scan_reporter.domain.findings.changes import Changes
from ecr_scan_reporter.domain.findings.failures import FAILED_STATUSES, explain_failure
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.findings.importance import sort_findings
from ecr_scan_reporter.domain.ledger.records import MAX_DESCRIPTION, ChangeRecord, ImageRecord
from ecr_scan_reporter.domain.registry.images import ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import LastScan
from ecr_scan_reporter.domain.severities import count_severities

MAX_NEWS = 3


def image_record(
    image: ScannedImage, result: ScanResult, owner: str, failing_since: datetime | None = None
) -> ImageRecord:
    """Return the record of the last result of an image."""
    return ImageRecord(
        image=image.id,
        scan=LastScan(result.status, scanned_at=result.completed_at, description=result.description),
        counts=result.unsuppressed.counts,
        suppressed=len(result.suppressed),
        suppressions=tuple(sorted({finding.suppressed_by for finding in result.suppressed})),
        tag=image.tag,
        owner=owner,
        failing_since=failing_since,
    )


def failing_since(result: ScanResult, before: ImageRecord | None) -> datetime | None:
    """Return when the scans of an image began to fail as `result` does; None for a scan that did not fail.

    `before` is the record that the ledger has.
    """
    if result.status not in FAILED_STATUSES:
        return None
    if before and before.failing_since and _failure(before.scan) == _failure(result):
        return before.failing_since
    return result.completed_at


def is_repeated(result: ScanResult, since: datetime | None) -> bool:
    """Return whether a scan before failed in the same way: `since` is earlier. The ledger stores whole seconds."""
    return bool(since and result.completed_at and int(since.timestamp()) < int(result.completed_at.timestamp()))


def _failure(scan: LastScan | ScanResult) -> str:
    return explain_failure(ScanResult(scan.status, description=scan.description[:MAX_DESCRIPTION]))


def change_record(image: ScannedImage, result: ScanResult, changes: Changes | None) -> ChangeRecord | None:
    """Return the record of a scan's changes; None where there are none, or the scan has no date.

    Without `changes`, nothing is known of the image before: all its findings are new.
    """
    found = result.unsuppressed.findings
    new, raised = (changes.new, changes.raised) if changes else (found, ())
    if not result.completed_at or (changes.is_empty if changes else not found):
        return None
    worse = sort_findings((*new, *(each.finding for each in raised)))
    return ChangeRecord(
        image=image.id,
        at=result.completed_at,
        tag=image.tag,
        new=count_severities(finding.severity for finding in new),
        raised=count_severities(each.finding.severity for each in raised),
        fixed=count_severities(finding.severity for finding in changes.fixed) if changes else {},
        news=tuple(f"{finding.name} {finding.package}".strip() for finding in worse[:MAX_NEWS]),
        is_first=changes is None,
    )
