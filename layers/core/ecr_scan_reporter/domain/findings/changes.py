"""What is new in a scan, what is gone, and whose severity was raised, against the scan before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from ecr_scan_reporter.domain.findings.findings import Finding, Identity, ScanResult, sort_findings
from ecr_scan_reporter.domain.severities import Severity, most_severe


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
    """Compare by identity: CVE, package and version. One that occurs twice counts as its most severe.

    Where packages share a finding (enhanced scanning), one of them in common makes it the same: it stays the same when
    only some of its packages are fixed.
    """
    before, now = _most_severe(baseline.findings), _most_severe(findings)
    levels = {identity: finding.severity for finding in reversed(before) for identity in finding.identities}
    present = {identity for finding in now for identity in finding.identities}
    matched = [(finding, _level_before(finding, levels)) for finding in now]
    return Changes(
        baseline=baseline,
        new=tuple(finding for finding, level in matched if level is None),
        fixed=tuple(finding for finding in before if present.isdisjoint(finding.identities)),
        raised=tuple(
            Raised(finding, level) for finding, level in matched if level and finding.severity.rank < level.rank
        ),
    )


def _most_severe(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return each finding once, most severe first."""
    # Least severe first, so that the most severe of a doubled one stays.
    return sort_findings({finding.identity: finding for finding in reversed(sort_findings(findings))}.values())


def _level_before(finding: Finding, levels: Mapping[Identity, Severity]) -> Severity | None:
    return most_severe(levels[identity] for identity in finding.identities if identity in levels)


def changes_since(baseline: Baseline, result: ScanResult) -> Changes:
    """Compare what people saw before with what they are to see now.

    A finding whose suppression has ended is news again; one that is suppressed from now on is not fixed.
    """
    hidden = {identity for finding in result.suppressed for identity in finding.identities}
    seen = (f for f in baseline.findings if not f.suppressed_by and hidden.isdisjoint(f.identities))
    return compare(replace(baseline, findings=tuple(seen)), result.unsuppressed.findings)


def with_history(result: ScanResult, known: Baseline | None) -> ScanResult:
    """Fill in what only earlier scans tell: when each finding was seen first, and EPSS, which no API repeats."""
    before = {identity: finding for finding in (known.findings if known else ()) for identity in finding.identities}
    return replace(
        result,
        findings=tuple(
            _with_history(finding, before.get(finding.identity), known, result) for finding in result.findings
        ),
    )


def _with_history(finding: Finding, before: Finding | None, known: Baseline | None, result: ScanResult) -> Finding:
    # Results of earlier versions have no dates of findings.
    seen_at = (before.first_seen_at or (known and known.completed_at)) if before else None
    first_seen_at = seen_at or finding.first_seen_at or result.completed_at
    epss = before.epss if before and finding.epss is None else finding.epss
    return replace(finding, first_seen_at=first_seen_at, epss=epss)


def fingerprint(findings: Iterable[Finding]) -> str:
    """Return a short text that two results share when they have the same findings, equally severe."""
    levels = sorted({(*finding.identity, finding.severity.value) for finding in findings})
    return sha256(repr(levels).encode()).hexdigest()[:32]
