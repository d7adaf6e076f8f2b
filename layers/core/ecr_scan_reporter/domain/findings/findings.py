"""The findings of a scan, in one normal form for basic and enhanced scanning."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import isfinite
from typing import Any

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts

UNNAMED = "unnamed finding"

Identity = tuple[str, str, str]
"""CVE, package and version."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One vulnerability in one version of one package. Absent facts are empty, or None.

    Only enhanced scanning knows of a fix (`fix_available` is YES, NO or PARTIAL), of exploits, and of further packages
    that share the finding (`also`, each a name and a version). `epss` is the probability of exploitation, from 0 to 1,
    and `is_likely` says whether it is at or above the threshold. `exploit` is KEV's entry: the vulnerability is known
    to be exploited. `first_seen_at` is Inspector's or ours; `suppressed_by`, the id of a suppression, is ours.
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
    is_likely: bool = False
    exploit: KnownExploit | None = None
    first_seen_at: datetime | None = None
    suppressed_by: str = ""

    @property
    def identity(self) -> Identity:
        """CVE, package and version: ECR lists the same CVE once for each package."""
        return (self.name, self.package, self.version)

    @property
    def identities(self) -> tuple[Identity, ...]:
        """The identity in each of the packages that share the finding: one in common makes two findings the same."""
        return (self.identity, *((self.name, package, version) for package, version in self.also))

    @property
    def is_fixable(self) -> bool:
        """True when all of its packages can be updated to versions without the vulnerability."""
        return self.fix_available == "YES" or (not self.fix_available and bool(self.fixed_in))


SUCCEEDED = frozenset({ScanStatus.COMPLETE, ScanStatus.ACTIVE})


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
        return self.status in SUCCEEDED and len(self.findings) >= sum(self.counts.values())

    @property
    def suppressed(self) -> tuple[Finding, ...]:
        """The findings that rules suppress."""
        return tuple(finding for finding in self.findings if finding.suppressed_by)

    @property
    def unsuppressed(self) -> "ScanResult":
        """The result that people get to see: without the findings that rules suppress, in the counts too."""
        if not self.suppressed:
            return self
        hidden = Counter(finding.severity for finding in self.suppressed)
        counts = {severity: count - hidden[severity] for severity, count in self.counts.items()}
        return replace(
            self,
            counts={severity: count for severity, count in counts.items() if count > 0},
            findings=tuple(finding for finding in self.findings if not finding.suppressed_by),
        )


def parse_basic_finding(finding: Mapping[str, Any]) -> Finding:
    """Read a finding of basic scanning; every attribute is optional.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanFinding.html
    """
    attributes = {entry.get("key"): entry.get("value") or "" for entry in finding.get("attributes") or ()}
    return Finding(
        name=finding.get("name") or UNNAMED,
        severity=Severity.parse(finding.get("severity")),
        package=attributes.get("package_name", ""),
        version=attributes.get("package_version", ""),
        score=_score(attributes.get("CVSS3_SCORE") or attributes.get("CVSS2_SCORE")),
        uri=finding.get("uri") or "",
        description=finding.get("description") or "",
    )


def _score(text: str | None) -> float | None:
    try:
        score = float(text) if text else None
    except ValueError:
        return None
    return score if score is not None and isfinite(score) else None
