"""What is new in a scan, what is fixed, and whose severity was raised, against the scan before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.findings.matching import Match, match
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts, count_severities, most_severe
from ecr_scan_reporter.domain.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Baseline:
    """The scan that another one is compared with: its image may be the one that had the tag before.

    `thresholds` are those of its report, None where they are not known.
    """

    digest: str
    completed_at: datetime | None
    findings: tuple[Finding, ...]
    thresholds: Thresholds | None = None

    @property
    def counts(self) -> SeverityCounts:
        """How many findings there were, without the suppressed ones."""
        return count_severities(finding.severity for finding in self.findings if not finding.suppressed_by)


@dataclass(frozen=True, slots=True)
class Raised:
    """A finding that is more severe than it was."""

    finding: Finding
    before: Severity


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """A finding that is still there, in another version of its package."""

    finding: Finding
    before: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference between a scan and its baseline, each part most severe first.

    `exploited` are known findings of which it is news that they are exploited (KEV).
    `unsuppressed` are those of the `new` ones that a suppression hid before, with its id. A raised finding may be in
    `other_version` too, a new or a fixed one never is.
    """

    baseline: Baseline
    new: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    raised: tuple[Raised, ...] = ()
    exploited: tuple[Finding, ...] = ()
    other_version: tuple[OtherVersion, ...] = ()
    unsuppressed: tuple[tuple[Finding, str], ...] = ()

    @property
    def news(self) -> tuple[Finding, ...]:
        """What is worse than before: the findings that are new, raised, or exploited now; each once."""
        worse = (*self.new, *(raised.finding for raised in self.raised), *self.exploited)
        return tuple({finding.identity: finding for finding in worse}.values())

    @property
    def is_empty(self) -> bool:
        """True when nothing is new, raised, exploited now, or fixed."""
        return not (self.new or self.raised or self.exploited or self.fixed)


def compare(baseline: Baseline, findings: Iterable[Finding], told: Mapping[str, datetime] | None = None) -> Changes:
    """Compare what people saw before with what they are to see now.

    A finding whose suppression has ended is new again; one that is suppressed from now on is not fixed. `told` are CVEs
    of which all images were told that they are exploited: those that had them until that moment.
    """
    matching = match(baseline.findings, findings)
    shown = [each for each in matching.found if not each.finding.suppressed_by]
    known = [each for each in shown if not _was_hidden(each) and each.before]
    return Changes(
        baseline=baseline,
        new=tuple(each.finding for each in shown if not each.before or _was_hidden(each)),
        fixed=tuple(finding for finding in matching.gone if not finding.suppressed_by),
        raised=tuple(Raised(each.finding, level) for each in known if (level := _raised_from(each))),
        exploited=tuple(each.finding for each in known if _is_news_of_exploit(each, told or {})),
        other_version=tuple(
            OtherVersion(each.finding, _version_before(each)) for each in known if each.is_other_version
        ),
        unsuppressed=tuple((each.finding, each.before[0].suppressed_by) for each in shown if _was_hidden(each)),
    )


def _version_before(matched: Match) -> str:
    """Return the version before of a package that both findings have."""
    packages = {package for _, package, _ in matched.finding.identities}
    return next(version for _, package, version in matched.before[0].identities if package in packages)


def _was_hidden(matched: Match) -> bool:
    return bool(matched.before) and all(before.suppressed_by for before in matched.before)


def _is_news_of_exploit(matched: Match, told: Mapping[str, datetime]) -> bool:
    """Return whether a known finding is exploited now, which neither the scan before nor a message to all has said."""
    finding = matched.finding
    if not finding.exploit or any(before.exploit for before in matched.before):
        return False
    until, seen = told.get(finding.name.upper()), finding.first_seen_at
    return until is None or (seen is not None and seen > until)


def _raised_from(matched: Match) -> Severity | None:
    """Return the level that a finding was raised from, None where it was not."""
    before = most_severe(known.severity for known in matched.before)
    return before if before and matched.finding.severity.rank < before.rank else None


def with_history(result: ScanResult, known: Baseline | None) -> ScanResult:
    """Fill in what only earlier scans know: when each finding was seen first, and EPSS, which no API repeats.

    That a finding is exploited comes from there too; whoever knows KEV now knows better.
    """
    matching = match(known.findings if known else (), result.findings)
    before = {each.finding.identity: each.before for each in matching.found}
    return replace(
        result,
        findings=tuple(
            _with_history(finding, before.get(finding.identity, ()), known, result) for finding in result.findings
        ),
    )


def _with_history(finding: Finding, before: tuple[Finding, ...], known: Baseline | None, result: ScanResult) -> Finding:
    # Results of earlier versions have no dates of findings.
    completed_at = known.completed_at if known else None
    dates = [each.first_seen_at or completed_at for each in before]
    seen_at = min((date for date in dates if date), default=None)
    first_seen_at = seen_at or finding.first_seen_at or result.completed_at
    epss = next((each.epss for each in before if each.epss is not None), None) if finding.epss is None else finding.epss
    exploit = finding.exploit or next((each.exploit for each in before if each.exploit), None)
    return replace(finding, first_seen_at=first_seen_at, epss=epss, exploit=exploit)


def fingerprint(findings: Iterable[Finding]) -> str:
    """Return a short text that two results share when they have the same findings, equally severe."""
    levels = sorted({(*finding.identity, finding.severity.value) for finding in findings})
    return sha256(repr(levels).encode()).hexdigest()[:32]
