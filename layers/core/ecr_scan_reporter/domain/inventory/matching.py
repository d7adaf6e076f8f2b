"""Which findings of an image a question is about."""

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, SuppressedFindings
from ecr_scan_reporter.domain.suppressions.rules import glob_test


def is_wanted(finding: Finding, wanted: FindingFilter, info: SnapshotInfo) -> bool:
    """Return whether a finding of a snapshot is one of a filter.

    Where KEV is unknown, nothing is known to be exploited, nor known not to be.
    """
    return (
        _is_named(finding, wanted)
        and (wanted.severity is None or finding.severity.rank <= wanted.severity.rank)
        and (wanted.is_fixable is None or finding.is_fixable is wanted.is_fixable)
        and (wanted.is_exploited is None or info.is_exploited(finding) is wanted.is_exploited)
        and (
            wanted.suppressed is SuppressedFindings.INCLUDED
            or bool(finding.suppressed_by) is (wanted.suppressed is SuppressedFindings.ONLY)
        )
    )


def _is_named(finding: Finding, wanted: FindingFilter) -> bool:
    if wanted.vulnerability is not None and not glob_test(wanted.vulnerability.upper())(finding.name.upper()):
        return False
    packages = (finding.package, *(package for package, _ in finding.also))
    return wanted.package is None or any(map(glob_test(wanted.package), packages))
