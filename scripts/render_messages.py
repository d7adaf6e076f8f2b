"""Write the sample messages in docs/messages.md anew, composed by the code that sends them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ecr_scan_reporter.domain.changes import Baseline, compare
from ecr_scan_reporter.domain.findings import Finding, ScanResult, sort_findings
from ecr_scan_reporter.domain.images import Repository
from ecr_scan_reporter.domain.messages import compose_notification
from ecr_scan_reporter.domain.report_rules import ReportRules
from ecr_scan_reporter.domain.reports import ScannedImage, ScanReport, decide_report
from ecr_scan_reporter.domain.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity

DOCUMENT = Path(__file__).parent.parent / "docs" / "messages.md"
BEGIN, END = "<!-- samples -->\n", "<!-- end of samples -->"

SCANNED_AT = datetime(2026, 1, 31, 4, 0, 48, tzinfo=UTC)
THRESHOLDS = {Severity.CRITICAL: 0, Severity.HIGH: 5, Severity.MEDIUM: 10, Severity.LOW: 50}
FINDINGS = (
    Finding(
        "CVE-2021-44228",
        Severity.CRITICAL,
        "org.apache.logging.log4j:log4j-core",
        "2.14.1",
        10.0,
        "https://nvd.nist.gov/vuln/detail/CVE-2021-44228",
    ),
    Finding(
        "CVE-2023-38545",
        Severity.CRITICAL,
        "curl",
        "7.88.1-10+deb12u1",
        9.8,
        "https://security-tracker.debian.org/tracker/CVE-2023-38545",
    ),
    Finding(
        "CVE-2024-2961",
        Severity.HIGH,
        "glibc",
        "2.36-9+deb12u3",
        8.8,
        "https://security-tracker.debian.org/tracker/CVE-2024-2961",
    ),
    Finding(
        "CVE-2011-3374", Severity.LOW, "apt", "2.6.1", 3.7, "https://security-tracker.debian.org/tracker/CVE-2011-3374"
    ),
)


def _image(name: str, *tags: str) -> ScannedImage:
    repository = Repository("123456789012", "eu-west-1", name)
    return ScannedImage(repository, f"sha256:{'7f5b2640fe6fb4f4' * 4}", tags, datetime(2025, 11, 3, 9, 12, tzinfo=UTC))


def _report(image: ScannedImage, result: ScanResult) -> ScanReport:
    report = decide_report(image, result, ReportRules(THRESHOLDS))
    if report is None:
        raise ValueError(f"nothing to report of {image.name}")
    return report


def vulnerable() -> ScanReport:
    """Return a report of an image with findings above the thresholds."""
    counts = {Severity.CRITICAL: 2, Severity.HIGH: 1, Severity.LOW: 1}
    result = ScanResult(ScanStatus.COMPLETE, SCANNED_AT, "", counts, sort_findings(FINDINGS))
    return _report(_image("payments/checkout-api", "2.31.0", "latest"), result)


def with_news() -> ScanReport:
    """Return a report that knows of a scan before: one finding is new, one was raised, one is fixed."""
    report = vulnerable()
    curl, zlib = FINDINGS[1], Finding("CVE-2022-37434", Severity.CRITICAL, "zlib", "1:1.2.13.dfsg-1", 9.8)
    before = (zlib, replace(curl, severity=Severity.HIGH), *FINDINGS[2:])
    changes = compare(Baseline(report.image.digest, SCANNED_AT - timedelta(days=7), before), FINDINGS)
    return replace(report, changes=changes)


def unsupported() -> ScanReport:
    """Return a report of an image whose operating system ECR cannot scan."""
    description = "UnsupportedImageError: The operating system 'fedora' version '31' is not supported."
    return _report(_image("legacy/crm", "7.1-sp3"), ScanResult(ScanStatus.FAILED, SCANNED_AT, description))


def render() -> str:
    """Return the samples as Markdown."""
    parts = []
    for title, report in (
        ("Findings above the thresholds, on a first scan", vulnerable()),
        ("Something new", with_news()),
        ("A scan that failed", unsupported()),
    ):
        notification = compose_notification(report)
        texts = json.loads(notification.message)
        document = json.dumps(json.loads(texts["sqs"]), indent=2)
        parts += [f"### {title}\n", f"Subject: `{notification.subject}`\n", _fenced("text", texts["email"].strip())]
        parts += [f"SMS: `{texts['sms']}`\n", "The JSON document:\n", _fenced("json", document)]
    return "\n".join(parts)


def rendered_document(text: str) -> str:
    """Return the document with its samples written anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{render()}\n{END}{after}"


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```\n"


if __name__ == "__main__":
    DOCUMENT.write_text(rendered_document(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
