"""Which findings of two scans are the same: the same CVE in the same package."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ecr_scan_reporter.domain.findings.findings import Finding, Identity
from ecr_scan_reporter.domain.findings.importance import sort_findings


@dataclass(frozen=True, slots=True)
class Match:
    """A finding, and what it was in the scan before: nothing for one that is new.

    `is_other_version`: the package was there in another version, and had the CVE already.
    """

    finding: Finding
    before: tuple[Finding, ...] = ()
    is_other_version: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """All findings of a scan with their matches, and the findings of the scan before that are gone.

    Each is there once, most severe first.
    """

    found: tuple[Match, ...]
    gone: tuple[Finding, ...]


def match(before: Iterable[Finding], now: Iterable[Finding]) -> Matching:
    """Match the findings of two scans; one that occurs twice counts as its most severe.

    Equal versions of a package match first. Of what is left, a package with the same CVE matches in any version, one
    finding with one. Where packages share a finding (enhanced scanning), one of them in common is enough.
    """
    old, new = once_each(before), once_each(now)
    by_identity = _by_identity(old)
    present = {identity for finding in new for identity in finding.identities}
    left = _LeftOver(finding for finding in old if present.isdisjoint(finding.identities))
    found = []
    for finding in new:
        same = _same(finding, by_identity)
        other = None if same else left.take(finding)
        found.append(Match(finding, (other,) if other else same, other is not None))
    return Matching(tuple(found), left.findings)


def once_each(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return each finding once, the most important first; of one that occurs twice, the most severe."""
    most_severe_last = sorted(findings, key=lambda finding: -finding.severity.rank)
    return sort_findings({finding.identity: finding for finding in most_severe_last}.values())


def _by_identity(findings: Sequence[Finding]) -> Mapping[Identity, list[Finding]]:
    by_identity: dict[Identity, list[Finding]] = defaultdict(list)
    for finding in findings:
        for identity in finding.identities:
            by_identity[identity].append(finding)
    return by_identity


def _same(finding: Finding, by_identity: Mapping[Identity, list[Finding]]) -> tuple[Finding, ...]:
    same = {
        known.identity: known
        for identity in finding.identities
        if identity in by_identity
        for known in by_identity[identity]
    }
    return sort_findings(same.values())


class _LeftOver:
    """Findings of the scan before whose version is not there any more; each is taken once."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._left = {finding.identity: finding for finding in findings}
        self._by_package: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in self._left.values():
            for name, package, _ in finding.identities:
                self._by_package[name, package].append(finding)

    def take(self, finding: Finding) -> Finding | None:
        for name, package, _ in finding.identities:
            for known in self._by_package.get((name, package), ()):
                if self._left.pop(known.identity, None):
                    return known
        return None

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(self._left.values())
