"""What a report says first: what got worse since the scan before, or what was fixed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecr_scan_reporter.domain.findings.changes import Changes
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts, count_severities
from ecr_scan_reporter.domain.text import describe_counts
from ecr_scan_reporter.domain.thresholds import RATED_SEVERITIES, Breach, threshold_level


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
    raised = tuple(each.finding for each in changes.raised)
    reached = {breach.severity: breach for breach in newly_breached}
    worse = {threshold_level(finding.severity) for finding in changes.news}
    for severity in Severity:
        level = severity.lower()
        for found, words in ((changes.new, f"new {level}"), (raised, f"raised to {level}")):
            of_level = [finding for finding in found if finding.severity is severity]
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


def describe_left(counts: SeverityCounts) -> str:
    """Say what an image has: the levels with a threshold, the others where there is nothing else; empty for nothing."""
    return describe_counts(counts, RATED_SEVERITIES) or describe_counts(counts, list(Severity))
