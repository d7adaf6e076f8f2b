"""Which scans are reported, and all that the messages about one may say."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN, Exploits, FeedCopy
from ecr_scan_reporter.domain.findings.changes import Changes
from ecr_scan_reporter.domain.findings.failures import FAILED_STATUSES
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.registry.images import ScannedImage
from ecr_scan_reporter.domain.registry.tag_options import RepositoryOptions
from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy, is_reportable, newly_breached
from ecr_scan_reporter.domain.severities import Severity, most_severe
from ecr_scan_reporter.domain.suppressions.ends import End
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.domain.thresholds import (
    Breach,
    ExploitedBreach,
    Thresholds,
    find_breaches,
    find_exploited_breach,
)


class ReportReason(StrEnum):
    """Why a scan is reported."""

    THRESHOLDS_BREACHED = "THRESHOLDS_BREACHED"
    FINDINGS_FIXED = "FINDINGS_FIXED"
    SCAN_FAILED = "SCAN_FAILED"


@dataclass(frozen=True, slots=True)
class AppliedSuppression:
    """A suppression that hides findings of the image: until when, and how many."""

    id: str
    until: End
    count: int


@dataclass(frozen=True, slots=True)
class ScanReport:
    """All that the messages about one scan may say.

    `result` and `changes` are without the findings that suppressions hide: `applied` says which, `suppressed` how many.
    `findings_uri` is where the full result lies, if anywhere; `changes` is None where nothing is known to compare with.
    `newly_breached` are the levels that did not breach before. `ended` has the end of each suppression that
    hid a new finding before, unless it was removed. `is_repeated` is True for a failure that was
    reported before.
    `owner` is whom the repository belongs to, empty where that is not known; `tag_warnings` name its wrong AWS tags.
    `suppressions_table` is the name of the table to add a suppression to, empty where there is none.
    `exploited_breach` is there when the number of exploited findings reaches its threshold. `kev` and `epss` are the
    copies of the feeds that say so, None where a feed is off.
    """

    reason: ReportReason
    image: ScannedImage
    result: ScanResult
    thresholds: Thresholds
    breaches: tuple[Breach, ...] = ()
    findings_uri: str = ""
    changes: Changes | None = None
    newly_breached: tuple[Breach, ...] = ()
    suppressed: int = 0
    applied: tuple[AppliedSuppression, ...] = ()
    ended: Mapping[str, End] = field(default_factory=dict)
    is_repeated: bool = False
    owner: str = ""
    tag_warnings: tuple[str, ...] = ()
    suppressions_table: str = ""
    exploited_breach: ExploitedBreach | None = None
    kev: FeedCopy | None = None
    epss: FeedCopy | None = None

    @property
    def severity(self) -> Severity | None:
        """The most severe level that breached its threshold; None for a failed scan, or when none does any more.

        Where the number of exploited findings does, their levels count too.
        """
        exploited = (finding.severity for finding in self.exploited) if self.exploited_breach else ()
        return most_severe((*(breach.severity for breach in self.breaches), *exploited))

    @property
    def exploited(self) -> tuple[Finding, ...]:
        """The findings that are known to be exploited."""
        return tuple(finding for finding in self.result.findings if finding.exploit)

    @property
    def is_exploit_news(self) -> bool:
        """True when it is news that something is exploited, or something is and nothing else is news."""
        if self.changes is None or not self.has_news:
            return self.exploited_breach is not None
        return any(finding.exploit for finding in self.changes.news)

    @property
    def new_severity(self) -> Severity | None:
        """The most severe level with news: new or raised findings, or a threshold that was not reached before.

        A first scan is news as a whole. None for a failed scan, and where nothing got worse.
        """
        if self.changes is None:
            return self.severity
        news = (finding.severity for finding in self.changes.news)
        return most_severe((*news, *(breach.severity for breach in self.newly_breached)))

    @property
    def has_news(self) -> bool:
        """True when something got worse since the report before, or failed for the first time."""
        if self.reason is ReportReason.SCAN_FAILED:
            return not self.is_repeated
        return self.new_severity is not None


def decide_report(
    image: ScannedImage,
    result: ScanResult,
    policy: ReportPolicy,
    options: RepositoryOptions | None = None,
    *,
    changes: Changes | None = None,
    findings_uri: str = "",
    suppressions: Iterable[Suppression] = (),
    is_repeated: bool = False,
    exploits: Exploits = NOTHING_KNOWN,
) -> ScanReport | None:
    """Return the report to send, None when there is nothing to report.

    Suppressed findings count toward no threshold. `is_repeated`: the scan before failed in the same way. `exploits` is
    what the findings were weighed with.
    """
    options = options or RepositoryOptions()
    shown, thresholds = result.unsuppressed, options.thresholds(policy.thresholds)
    by_id = {suppression.id: suppression for suppression in suppressions}
    report = ScanReport(
        ReportReason.SCAN_FAILED,
        image,
        shown,
        thresholds,
        findings_uri=findings_uri,
        suppressed=len(result.suppressed),
        applied=_applied(result, by_id),
        is_repeated=is_repeated,
        owner=options.owner,
        tag_warnings=options.tag_warnings,
        suppressions_table=policy.suppressions_table,
        kev=exploits.kev,
        epss=exploits.epss,
    )
    if result.status in FAILED_STATUSES:
        is_due = policy.notify_on is NotifyOn.ALL or not is_repeated
        return report if policy.notify_on_failure and is_due else None
    breaches = find_breaches(shown.counts, thresholds)
    known_exploited = options.known_exploited(policy.known_exploited)
    exploited = find_exploited_breach(len(report.exploited), known_exploited)
    if not is_reportable(policy.notify_on, changes, breaches, thresholds, exploited, known_exploited):
        return None
    return replace(
        report,
        reason=ReportReason.THRESHOLDS_BREACHED if breaches or exploited else ReportReason.FINDINGS_FIXED,
        breaches=breaches,
        exploited_breach=exploited,
        changes=changes,
        newly_breached=newly_breached(changes, breaches) if changes else (),
        ended=_ended(changes, by_id) if changes else {},
    )


def _applied(result: ScanResult, by_id: Mapping[str, Suppression]) -> tuple[AppliedSuppression, ...]:
    counts = Counter(finding.suppressed_by for finding in result.suppressed)
    return tuple(
        AppliedSuppression(id_, by_id[id_].until if id_ in by_id else None, count)
        for id_, count in sorted(counts.items())
    )


def _ended(changes: Changes, by_id: Mapping[str, Suppression]) -> Mapping[str, End]:
    ids = sorted({id_ for _, id_ in changes.unsuppressed})
    return {id_: by_id[id_].until for id_ in ids if id_ in by_id}
