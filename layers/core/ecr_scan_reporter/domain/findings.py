"""The findings of a scan, in one normal form for basic and enhanced scanning."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts


@dataclass(frozen=True, slots=True)
class Finding:
    """One vulnerability in one version of one package. Absent facts are empty, or None.

    Only enhanced scanning tells of a fix (`fix_available` is YES, NO or PARTIAL), of exploits, and of further packages
    that share the finding (`also`, each a name and a version). `epss` is the probability of exploitation, from 0 to 1.
    `first_seen_at` and `suppressed_by` (the id of a suppression) are ours.
    """

    name: str
    severity: Severity
    package: str = ""
    version: str = ""
    score: float | None = None
    uri: str = ""
    description: str = ""
    also: tuple[tuple[str, str], ...] = ()
    fix_available: str = ""
    fixed_in: str = ""
    exploit_available: bool | None = None
    epss: float | None = None
    first_seen_at: datetime | None = None
    suppressed_by: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """The same CVE repeats for each package: this is what tells findings apart."""
        return (self.name, self.package, self.version)


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The full result of one scan of one image digest."""

    status: ScanStatus
    completed_at: datetime | None = None
    description: str = ""
    counts: SeverityCounts = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    vulnerability_source_updated_at: datetime | None = None

    @property
    def is_full(self) -> bool:
        """True when the scan succeeded and its findings are all here (none, for a clean image)."""
        return self.status in _SUCCEEDED and len(self.findings) >= sum(self.counts.values())


_SUCCEEDED = frozenset({ScanStatus.COMPLETE, ScanStatus.ACTIVE})


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Most severe first, then the highest score, then by name and package."""
    return tuple(sorted(findings, key=lambda f: (f.severity.rank, -(f.score or 0.0), f.identity)))


def parse_basic_finding(finding: Mapping[str, Any]) -> Finding:
    """Read a finding of basic scanning; every attribute is optional.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanFinding.html
    """
    attributes = {entry.get("key"): entry.get("value") or "" for entry in finding.get("attributes") or ()}
    return Finding(
        name=finding.get("name") or "unnamed finding",
        severity=Severity.parse(finding.get("severity")),
        package=attributes.get("package_name", ""),
        version=attributes.get("package_version", ""),
        score=_score(attributes.get("CVSS3_SCORE") or attributes.get("CVSS2_SCORE")),
        uri=finding.get("uri") or "",
        description=finding.get("description") or "",
    )


def _score(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
