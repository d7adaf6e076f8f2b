"""What to update, and which findings that fixes."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import sort_findings
from ecr_scan_reporter.domain.severities import SeverityCounts, count_severities

_NUMBER = re.compile(r"[0-9]+")
_DOTTED = re.compile(r"[0-9]+(\.[0-9]+)*")
# Longer ones are no versions; Python refuses to read numbers of thousands of digits.
MAX_VERSION = 100


@dataclass(frozen=True, slots=True)
class Update:
    """A package in one version, the version to update it to, and what that fixes.

    `fixed_in` is empty where ECR names no version without these findings.
    """

    package: str
    version: str
    fixed_in: str
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> SeverityCounts:
        """How many findings of each severity the update fixes."""
        return count_severities(finding.severity for finding in self.findings if finding.fix_available != "PARTIAL")

    @property
    def partial_counts(self) -> SeverityCounts:
        """How many findings of each severity stay in another package that has no fix."""
        return count_severities(finding.severity for finding in self.findings if finding.fix_available == "PARTIAL")

    @property
    def other_packages(self) -> tuple[str, ...]:
        """The packages that share its findings, and must be updated too."""
        return tuple(sorted({package for finding in self.findings for package, _ in finding.also} - {self.package}))


def updates(findings: Iterable[Finding]) -> tuple[Update, ...]:
    """Return the updates to make, those of the most urgent findings first.

    A package has one update where the versions that fix its findings can be compared, else one for each of them.
    Findings without a package, or that have no fix yet, are in none.
    """
    by_package: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in sort_findings(findings):
        if finding.package and finding.fix_available != "NO":
            by_package[finding.package, finding.version].append(finding)
    return tuple(update for of_package in by_package.values() for update in _of_package(of_package))


def _of_package(findings: Sequence[Finding]) -> Iterable[Update]:
    named = list(dict.fromkeys(finding.fixed_in for finding in findings if finding.fixed_in))
    newest = newest_version(named)
    by_version: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_version[(newest or finding.fixed_in) if finding.fixed_in else ""].append(finding)
    for fixed_in in sorted(by_version, key=lambda version: version == ""):
        yield Update(findings[0].package, findings[0].version, fixed_in, tuple(by_version[fixed_in]))


def newest_version(versions: Sequence[str]) -> str:
    """Return the newest of versions that differ in their numbers alone; empty for versions that cannot be compared.

    Package managers compare versions in different ways. All agree on 2.15.0 and 2.17.1, but not on 2.0~rc1 and 2.0.
    The first numbers must be the same: a fix in 3.0.7 need not be in 4.0.1.
    """
    if len(versions) <= 1:
        return versions[0] if versions else ""
    split = {version: version.rpartition(":") for version in versions if len(version) <= MAX_VERSION}
    if len(split) < len(versions) or len({epoch for epoch, _, _ in split.values()}) > 1:
        return ""
    numbers = {version: tuple(map(int, _NUMBER.findall(upstream))) for version, (_, _, upstream) in split.items()}
    shapes = {_shape(upstream) for _, _, upstream in split.values()}
    is_comparable = len(shapes) == 1 and len({found[:1] for found in numbers.values()}) == 1
    return max(versions, key=lambda version: numbers[version]) if is_comparable else ""


def _shape(version: str) -> str:
    """Return what two versions must share: nothing for numbers with dots, else all but the numbers."""
    return "" if _DOTTED.fullmatch(version) else _NUMBER.sub("0", version)
