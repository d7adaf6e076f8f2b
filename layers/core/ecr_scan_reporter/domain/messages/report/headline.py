"""The report on one line: the subject, and the default for protocols without a text of their own."""

from ecr_scan_reporter.domain.findings.failures import unsupported_system
from ecr_scan_reporter.domain.messages.sns import SUBJECT_CHARACTERS
from ecr_scan_reporter.domain.registry.partitions import console_url
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport
from ecr_scan_reporter.domain.text import ascii_line, describe_counts, one_line, shorten
from ecr_scan_reporter.domain.thresholds import RATED_SEVERITIES


def subject(report: ScanReport) -> str:
    """Highest severity, image, counts: ASCII, on one line, within SNS's length."""
    return headline(report, SUBJECT_CHARACTERS)


def plain(report: ScanReport) -> str:
    """The text for protocols that have none of their own."""
    link = console_url(report.image.id)
    return f"{one_line(_whole(report))}\n{link}"


def _whole(report: ScanReport) -> str:
    return f"{_head(report)}{report.image.name}{_tail(report)}"


def headline(report: ScanReport, length: int) -> str:
    """Return severity, image and counts in ASCII, in at most `length` characters; the image's name is shortened."""
    head, tail = ascii_line(_head(report)) + " ", ascii_line(_tail(report))
    tail = f" {tail}" if tail else ""
    return head + shorten(ascii_line(report.image.name), length - len(head) - len(tail)) + tail


def _head(report: ScanReport) -> str:
    if report.reason is ReportReason.FINDINGS_FIXED:
        return "Fixed: "
    return f"{report.severity}: " if report.severity else "Scan failed: "


def _tail(report: ScanReport) -> str:
    if report.reason is ReportReason.SCAN_FAILED:
        system = shorten(unsupported_system(report.result.description), 30)
        return f" - {system} is not supported" if system else ""
    counts = describe_counts(report.result.counts, RATED_SEVERITIES) or "nothing left"
    if report.changes and report.changes.new:
        return f" - {len(report.changes.new)} new; {counts}"
    if report.changes and report.changes.fixed:
        return f" - {len(report.changes.fixed)} fixed; {counts}"
    return f" - {counts}"
