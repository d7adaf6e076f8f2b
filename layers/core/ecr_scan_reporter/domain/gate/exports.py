"""A check as the exports of the inventory: the same SARIF, CSV and NDJSON as those of its questions."""

from collections.abc import Iterator

from ecr_scan_reporter.domain.gate.checks import Check
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, InventoryImage, SnapshotInfo
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity, count_severities


def check_info(check: Check) -> SnapshotInfo:
    """Return what the exports say of where their facts come from: here it is no snapshot, but this check."""
    return SnapshotInfo(
        0,
        0,
        "check",
        check.checked_at,
        kev=check.exploits.kev,
        epss=check.exploits.epss,
        remediation_days=check.policy.remediation_days,
    )


def image_findings(check: Check, least: Severity, *, only_counted: bool) -> Iterator[ImageFindings]:
    """Yield the images that have a result, with findings at least this severe, or that fail the gate.

    Without `only_counted` these are all that are not suppressed: in the code scanning of GitHub, a file with the new
    findings alone would close the alerts of all others.
    """
    for image in check.images:
        if image.result is None:
            continue
        shown = image.shown(least)
        if not only_counted:
            shown = tuple(
                finding
                for finding in image.result.unsuppressed.findings
                if finding.severity.rank <= least.rank or image.judgement.breached_by(finding)
            )
        yield ImageFindings(
            InventoryImage(
                image.image.id,
                image.image.tags,
                image.image.pushed_at,
                status=CoverageStatus.CURRENT,
                scan_status=ScanStatus.COMPLETE,
                scanned_at=image.result.completed_at,
                counts=count_severities(finding.severity for finding in shown),
            ),
            shown,
        )
