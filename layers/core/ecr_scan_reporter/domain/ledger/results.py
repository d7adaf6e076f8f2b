"""The records that the reporter writes to the ledger after a scan."""

from collections import Counter
from collections.abc import Iterable

from ecr_scan_reporter.domain.findings.changes import Changes
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult, sort_findings
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord
from ecr_scan_reporter.domain.registry.images import ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import LastScan
from ecr_scan_reporter.domain.severities import Severity

MAX_NEWS = 3


def image_record(image: ScannedImage, result: ScanResult, owner: str) -> ImageRecord:
    """Return the record of the last result of an image."""
    return ImageRecord(
        image=image.id,
        scan=LastScan(result.status, scanned_at=result.completed_at, description=result.description),
        counts=result.unsuppressed.counts,
        suppressed=len(result.suppressed),
        suppressions=tuple(sorted({finding.suppressed_by for finding in result.suppressed})),
        tag=image.tag,
        owner=owner,
    )


def change_record(image: ScannedImage, result: ScanResult, changes: Changes) -> ChangeRecord | None:
    """Return the record of a scan's changes; None without changes, or for a scan without a date."""
    raised = tuple(raised.finding for raised in changes.raised)
    if not result.completed_at or not (changes.new or raised or changes.fixed):
        return None
    return ChangeRecord(
        image=image.id,
        at=result.completed_at,
        tag=image.tag,
        new=_counts(changes.new),
        raised=_counts(raised),
        fixed=_counts(changes.fixed),
        news=tuple(
            f"{finding.name} {finding.package}".strip() for finding in sort_findings((*changes.new, *raised))[:MAX_NEWS]
        ),
    )


def _counts(findings: Iterable[Finding]) -> dict[Severity, int]:
    return dict(Counter(finding.severity for finding in findings))
