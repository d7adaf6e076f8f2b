"""What a report says first: what got worse since the scan before, what was fixed, and how much can be fixed now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date

from ecr_scan_reporter.domain.exploits.scores import ATTRIBUTION
from ecr_scan_reporter.domain.findings.changes import Changes
from ecr_scan_reporter.domain.findings.findings import Finding, Identity
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts, count_severities
from ecr_scan_reporter.domain.suppressions.ends import FIXED, describe_end
from ecr_scan_reporter.domain.text import describe_counts, describe_moment, many, one_line, shorten
from ecr_scan_reporter.domain.thresholds import RATED_SEVERITIES, Breach, threshold_level

LONGEST_ID = 60


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One piece of news: how many findings it is about, in words ('2 new critical'), and the first of them."""

    text: str
    count: int
    example: Finding | None = None


def news_items(report: ScanReport) -> list[NewsItem]:
    """Return what got worse, most severe first. Empty for a first scan, which is compared with nothing."""
    return list(_items(report.changes, report.newly_breached)) if report.changes else []


def _items(changes: Changes, newly_breached: Sequence[Breach]) -> Iterator[NewsItem]:
    exploited = [finding for finding in changes.news if finding.exploit]
    if exploited:
        yield NewsItem(f"{len(exploited)} exploited", len(exploited), exploited[0])
    raised = tuple(each.finding for each in changes.raised)
    reached = {breach.severity: breach for breach in newly_breached}
    worse = {threshold_level(finding.severity) for finding in changes.news}
    for severity in Severity:
        level = severity.lower()
        for found, words in ((changes.new, f"new {level}"), (raised, f"raised to {level}")):
            of_level = [finding for finding in found if finding.severity is severity and not finding.exploit]
            if of_level:
                yield NewsItem(f"{len(of_level)} {words}", len(of_level), of_level[0])
        if severity in reached and severity not in worse:
            yield NewsItem(_reached(reached[severity]), reached[severity].count)


def _reached(breach: Breach) -> str:
    """Word a threshold that is reached without news: it is lower than it was, or other findings were suppressed."""
    verb = "reaches" if breach.count == 1 else "reach"
    return f"{breach.count} {breach.severity.lower()} {verb} the threshold of {max(breach.threshold, 1)}"


def fixed_counts(report: ScanReport) -> SeverityCounts:
    """Count what was fixed, by severity."""
    return count_severities(finding.severity for finding in report.changes.fixed) if report.changes else {}


def levels_of(report: ScanReport) -> tuple[Severity, ...]:
    """Return the levels that a line about the report counts: those with a threshold, and those with news."""
    news = {finding.severity for finding in report.changes.news} if report.changes else set()
    return tuple(
        severity
        for severity in Severity
        if severity in RATED_SEVERITIES or severity in news or threshold_level(severity) in report.thresholds
    )


def describe_left(report: ScanReport) -> str:
    """Say what an image has at the levels of `levels_of`, at the others where it has nothing else; else empty."""
    counts = report.result.counts
    return describe_counts(counts, levels_of(report)) or describe_counts(counts, list(Severity))


def named_first(report: ScanReport) -> tuple[Finding, ...]:
    """Return the findings that the messages name first: the news, or all of them where nothing is new."""
    return (report.changes.news if report.changes else ()) or report.result.findings


def describe_news(report: ScanReport) -> str:
    """Say what changed: '1 new critical, 1 raised to high; 2 low fixed'. The first part is the more important one."""
    worse = ", ".join(item.text for item in news_items(report))
    hidden = len(report.changes.unsuppressed) if report.changes else 0
    worse += f", {hidden} of the new ones no longer suppressed" if hidden else ""
    fixed = describe_counts(fixed_counts(report), list(Severity))
    if not fixed:
        return worse or "Nothing new"
    return f"{worse}; {fixed} fixed" if worse else f"{fixed} fixed; nothing new"


def describe_baseline(changes: Changes | None, digest: str) -> str:
    """Say what a scan of the image `digest` was compared with, as a sentence without its end."""
    if changes is None:
        return "No earlier scan is known to compare with"
    baseline = changes.baseline
    scan = f"Compared with the scan of {describe_moment(baseline.completed_at)}"
    is_other = baseline.digest != digest
    return f"{scan} of another image, {baseline.digest[:19]}, which had its tag before" if is_other else scan


def describe_fixable(report: ScanReport) -> str:
    """Say how many findings can be fixed now; empty where that is not known, as always with basic scanning."""
    findings, total = report.result.findings, sum(report.result.counts.values())
    is_known = any(finding.fix_available or finding.fixed_in for finding in findings)
    if not is_known or len(findings) < total:
        return ""
    return f"{sum(finding.is_fixable for finding in findings)} of {many(len(findings), 'finding')} fixable now"


def describe_feeds(report: ScanReport) -> str:
    """Say of when is what the report says of exploits; empty where it says nothing of them."""
    findings = (*report.result.findings, *(report.changes.fixed if report.changes else ()))
    has_exploit, has_epss = (any(map(test, findings)) for test in (_is_exploited, _has_epss))
    parts = []
    if has_exploit and report.kev:
        parts.append(f"KEV of {describe_moment(report.kev.as_of)}")
    if has_epss:
        of = f" of {describe_moment(report.epss.as_of)}" if report.epss else " by Amazon Inspector"
        parts.append(f"EPSS{of}, see {ATTRIBUTION}")
    return "; ".join(parts)


def _is_exploited(finding: Finding) -> bool:
    return finding.exploit is not None


def _has_epss(finding: Finding) -> bool:
    return finding.epss is not None


def describe_suppressed(report: ScanReport, most: int = 5) -> str:
    """Say how many findings are suppressed, by which suppressions and until when; empty where none is."""
    if not report.suppressed:
        return ""
    named = [f"{each.count} by {_id(each.id)} {describe_end(each.until)}" for each in report.applied[:most]]
    more = len(report.applied) - most
    others = [f"{many(more, 'more suppression')}"] if more > 0 else []
    return f"{report.suppressed} suppressed" + (f": {', '.join([*named, *others])}" if named else "")


def _id(suppression_id: str) -> str:
    return shorten(one_line(suppression_id), LONGEST_ID)


def suppression_before(report: ScanReport) -> Mapping[Identity, str]:
    """Say of each new finding that a suppression hid before why it is reported now."""
    hidden = report.changes.unsuppressed if report.changes else ()
    return {finding.identity: _why_reported(finding, id_, report) for finding, id_ in hidden}


def _why_reported(finding: Finding, id_: str, report: ScanReport) -> str:
    at, suppression = report.result.completed_at, f"suppression {_id(id_)}"
    if id_ not in report.ended:
        return f"{suppression} was removed"
    until = report.ended[id_]
    if until is FIXED and finding.is_fixable:
        return f"{suppression} ended: a fix is available"
    if isinstance(until, date) and (at is None or until < at.astimezone(UTC).date()):
        return f"{suppression} ended on {until.isoformat()}"
    return f"{suppression} does not match any more"
