"""What is new in a scan, what is gone, and whose severity was raised, against the scan before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ecr_scan_reporter.domain.findings import Finding, sort_findings
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import Breach


class NotifyOn(StrEnum):
    """Which scans above the thresholds are told: all, those with something new, or those with any change."""

    ALL = "ALL"
    NEW = "NEW"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The scan that another one is compared with: its image may be the one that had the tag before."""

    digest: str
    completed_at: datetime | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Raised:
    """A finding that is more severe than it was."""

    finding: Finding
    before: Severity


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference between a scan and its baseline, each part most severe first."""

    baseline: Baseline
    new: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    raised: tuple[Raised, ...] = ()


def compare(baseline: Baseline, findings: Iterable[Finding]) -> Changes:
    """Compare by identity: CVE, package and version. One that occurs twice counts as its most severe."""
    before, now = _by_identity(baseline.findings), _by_identity(findings)
    kept = (finding for identity, finding in now.items() if identity in before)
    raised = [
        Raised(finding, before[finding.identity].severity)
        for finding in sort_findings(kept)
        if finding.severity.rank < before[finding.identity].severity.rank
    ]
    return Changes(
        baseline=baseline,
        new=sort_findings(finding for identity, finding in now.items() if identity not in before),
        fixed=sort_findings(finding for identity, finding in before.items() if identity not in now),
        raised=tuple(raised),
    )


def is_worth_telling(
    notify_on: NotifyOn, changes: Changes | None, breaches: Iterable[Breach], thresholds: Iterable[Severity]
) -> bool:
    """Decide whether a scan is told. A first scan (no changes are known) is news, where it breaches a threshold.

    NEW: something new, or raised, of a severity that breaches. CHANGED: also when something of a severity that has a
    threshold is fixed, even if nothing breaches any more.
    """
    breached = {breach.severity for breach in breaches}
    if notify_on is NotifyOn.ALL or changes is None:
        return bool(breached)
    if any(f.severity in breached for f in (*changes.new, *(raised.finding for raised in changes.raised))):
        return True
    watched = set(thresholds)
    return notify_on is NotifyOn.CHANGED and any(finding.severity in watched for finding in changes.fixed)


def _by_identity(findings: Iterable[Finding]) -> dict[tuple[str, str, str], Finding]:
    # Least severe first, so that the most severe of a doubled one stays.
    return {finding.identity: finding for finding in reversed(sort_findings(findings))}
