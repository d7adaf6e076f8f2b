"""The report on one line: the subject, the text message, and the text of protocols without one of their own.

The line begins with the most important news, not with the most severe finding: what is exploited comes first. Where it
would be too long, it names less; the first piece of news always stays.
"""

from collections.abc import Iterator, Sequence

from ecr_scan_reporter.domain.findings.failures import brief_reason
from ecr_scan_reporter.domain.findings.findings import UNNAMED, Finding
from ecr_scan_reporter.domain.messages.report.news import NewsItem, describe_left, fixed_counts, levels_of, news_items
from ecr_scan_reporter.domain.messages.sns import SUBJECT_CHARACTERS
from ecr_scan_reporter.domain.registry.partitions import console_url
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import ascii_line, describe_counts, one_line, shorten

# The image's name is cut before the news is, but not below this.
MIN_NAME = 32
LONGEST_CVE = 20
LONGEST_REASON, LEAST_REASON = 80, 45


def subject(report: ScanReport) -> str:
    """Return the most severe news, the image, and what changed: ASCII, on one line, within SNS's length."""
    return headline(report, SUBJECT_CHARACTERS)


def plain(report: ScanReport) -> str:
    """Return the text for protocols that have none of their own."""
    whole = f"{head(report)} {report.image.name} - {tails(report, with_example=True)[0]}"
    return f"{one_line(whole)}\n{console_url(report.image.id)}"


def headline(report: ScanReport, length: int, *, with_example: bool = False) -> str:
    """Return the line in ASCII, in at most `length` characters; `with_example` names the most severe new CVE."""
    start, name = f"{head(report)} ", ascii_line(report.image.name)
    room = length - len(start) - min(len(name), MIN_NAME)
    ends = [f" - {ascii_line(tail)}" for tail in tails(report, with_example=with_example)]
    end = next((end for end in ends if len(end) <= room), ends[-1])
    return start + shorten(name, length - len(start) - len(end)) + end


def head(report: ScanReport) -> str:
    """Return the word that a line about a report begins with, with its colon."""
    if report.reason is ReportReason.SCAN_FAILED:
        return "Scan failed again:" if report.is_repeated else "Scan failed:"
    if report.reason is ReportReason.FINDINGS_FIXED:
        return "Fixed:"
    if report.is_exploit_news:
        return "EXPLOITED:"
    return f"{report.new_severity or report.severity}:"


def tails(report: ScanReport, *, with_example: bool = False) -> list[str]:
    """Return the end of the line, after the image, in several lengths: the longest first, never none."""
    if report.reason is ReportReason.SCAN_FAILED:
        reason = one_line(brief_reason(report.result))
        return [shorten(reason, length) for length in (LONGEST_REASON, LEAST_REASON)]
    if report.changes is None:
        return list(_first_scan(report, with_example=with_example))
    items, fixed = news_items(report), describe_counts(fixed_counts(report), list(Severity))
    if report.reason is ReportReason.FINDINGS_FIXED or (fixed and not items):
        return list(_after_fixes(report, fixed, items))
    if items:
        return list(_after_news(report, items, with_example=with_example))
    left = _left(report)
    return [f"nothing new; still {counts}" for counts in left] if left else ["nothing new; nothing left"]


def _first_scan(report: ScanReport, *, with_example: bool) -> Iterator[str]:
    worst = _example(report.result.findings[0]) if with_example and report.result.findings else ""
    exploited = f"{len(report.exploited)} exploited; " if report.exploited else ""
    for counts in _left(report) or ["nothing found"]:
        yield f"{exploited}{counts}; worst: {worst}" if worst else f"{exploited}{counts}"


def _after_fixes(report: ScanReport, fixed: str, items: Sequence[NewsItem]) -> Iterator[str]:
    left = _left(report)
    news = f", {_joined(items, 1)}" if items else ""
    whole = f"{fixed} fixed" if fixed else "below the thresholds now"
    for end in [f"; now {counts}" for counts in left] or ["; nothing left"]:
        yield f"{whole}{news}{end}"
    total = sum(fixed_counts(report).values())
    brief = f"{total} fixed" if total else whole
    yield f"{brief}; now {left[-1]}" if left else f"{brief}; nothing left"
    if left:
        yield brief


def _after_news(report: ScanReport, items: Sequence[NewsItem], *, with_example: bool) -> Iterator[str]:
    left = [*_left(report), f"{sum(report.result.counts.values())} in all"]
    for shown, counts in (*((len(items), counts) for counts in left), (2, left[-1]), (1, left[-1]), (1, "")):
        yield _joined(items, shown, with_example=with_example) + (f"; now {counts}" if counts else "")


def _joined(items: Sequence[NewsItem], shown: int, *, with_example: bool = False) -> str:
    texts = [item.text for item in items[:shown]]
    if with_example and items[0].example:
        name = _example(items[0].example)
        texts[0] += (f" ({name})" if items[0].count == 1 else f" (worst: {name})") if name else ""
    others = sum(item.count for item in items[shown:])
    return ", ".join(texts) + (f" and {others} more" if others else "")


def _left(report: ScanReport) -> list[str]:
    """Say what the image has, in two lengths; empty where it has nothing at all."""
    counts = report.result.counts
    whole = describe_left(report)
    present = [severity for severity in levels_of(report) if counts.get(severity)]
    less_severe = sum(counts[severity] for severity in present[1:])
    if not less_severe:
        return [whole] if whole else []
    return [whole, f"{describe_counts(counts, present[:1])}, {less_severe} less severe"]


def _example(finding: Finding) -> str:
    return "" if finding.name == UNNAMED else shorten(one_line(finding.name), LONGEST_CVE)
