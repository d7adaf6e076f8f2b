"""The text message (SMS) of a report."""

from ecr_scan_reporter.domain.messages.report.headline import headline
from ecr_scan_reporter.domain.messages.sns import SMS_BYTES
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.domain.text import ascii_line


def sms(report: ScanReport) -> str:
    """Return the news with its most severe CVE, and the region, in one part of a text message."""
    region = f" ({ascii_line(report.image.repository.region)})"
    return headline(report, SMS_BYTES - len(region), with_example=True) + region
