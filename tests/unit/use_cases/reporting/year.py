"""A year of one image, made up: pushes, rebuilds, weekly re-scans, suppressions, failures and changed settings."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.findings.importance import sort_findings
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity, count_severities
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.domain.thresholds import Thresholds
from tests.unit.samples import NOW, image_id

BEGIN = NOW - timedelta(weeks=52)
THRESHOLDS: Thresholds = {Severity.CRITICAL: 0, Severity.HIGH: 5, Severity.MEDIUM: 10, Severity.LOW: 50}

CURL = Finding("CVE-2025-1001", Severity.CRITICAL, "curl", "7.88.1", 9.8)
OPENSSL = [Finding(f"CVE-2025-20{n:02}", Severity.HIGH, "openssl", "3.0.11", 8.1) for n in range(5)]
ZLIB = Finding("CVE-2025-3001", Severity.LOW, "zlib", "1.2.13", 3.3)
TAR = Finding("CVE-2025-4001", Severity.LOW, "tar", "1.34", 2.9)
LIBXML = Finding("CVE-2025-5001", Severity.CRITICAL, "libxml2", "2.9.14", 9.1)
UNRATED = Finding("CVE-2025-6001", Severity.UNDEFINED, "perl", "5.36")
NEWER = [replace(finding, version="3.0.14") for finding in OPENSSL]
RAISED = replace(ZLIB, severity=Severity.CRITICAL, score=9.4)
UNSUPPORTED = "UnsupportedImageError: The operating system 'fedora' version '42' is not supported."


@dataclass(frozen=True)
class Week:
    """One week: what happened, and what its scan finds, or why it fails."""

    number: int
    event: str
    image: int
    findings: tuple[Finding, ...] = ()
    failure: str = ""
    suppressions: tuple[Suppression, ...] = ()
    thresholds: Thresholds = field(default_factory=lambda: THRESHOLDS)

    @property
    def at(self) -> datetime:
        """When the scan completed."""
        return BEGIN + timedelta(weeks=self.number)

    @property
    def result(self) -> ScanResult:
        """What ECR knows of the scan."""
        if self.failure:
            return ScanResult(ScanStatus.FAILED, self.at, self.failure)
        counts = count_severities(finding.severity for finding in self.findings)
        return ScanResult(ScanStatus.COMPLETE, self.at, "", counts, sort_findings(self.findings))


def _suppression() -> Suppression:
    last_day: date = (BEGIN + timedelta(weeks=20)).date()
    return Suppression(
        "openssl-cli", "CVE-2025-20*", "the command line is not used", last_day, "ada", BEGIN, package="openssl"
    )


def year() -> Iterator[Week]:
    """Yield the weeks in which something happened, and some in which nothing did."""
    rules, strict = (_suppression(),), {**THRESHOLDS, Severity.HIGH: 3}
    yield Week(0, "first push: 1 critical, 3 high, 1 low", 1, (CURL, *OPENSSL[:3], ZLIB))
    yield Week(1, "re-scan, nothing changed", 1, (CURL, *OPENSSL[:3], ZLIB))
    yield Week(2, "a fourth high becomes known (threshold 5)", 1, (CURL, *OPENSSL[:4], ZLIB))
    yield Week(3, "a fifth high becomes known", 1, (CURL, *OPENSSL, ZLIB))
    yield Week(5, "rebuild: curl fixed, openssl newer with the same CVEs", 2, (*NEWER, ZLIB))
    yield Week(6, "re-scan, nothing changed", 2, (*NEWER, ZLIB))
    yield Week(8, "openssl is suppressed for twelve weeks", 2, (*NEWER, ZLIB), suppressions=rules)
    yield Week(10, "zlib is raised from low to critical", 2, (*NEWER, RAISED), suppressions=rules)
    yield Week(12, "rebuild: zlib fixed", 3, (*NEWER,), suppressions=rules)
    yield Week(14, "rebuild on an unsupported operating system", 4, failure=UNSUPPORTED, suppressions=rules)
    yield Week(15, "re-scan, fails again", 4, failure=UNSUPPORTED, suppressions=rules)
    yield Week(16, "rebuild on the system of before", 5, (*NEWER,), suppressions=rules)
    yield Week(21, "the suppression has ended", 5, (*NEWER,), suppressions=rules)
    yield Week(22, "rebuild: two high fixed", 6, (*NEWER[:3],), suppressions=rules)
    yield Week(24, "the threshold of high is lowered to 3", 6, (*NEWER[:3],), thresholds=strict)
    yield Week(25, "re-scan, nothing changed", 6, (*NEWER[:3],), thresholds=strict)
    yield Week(28, "a critical in libxml2 becomes known", 6, (LIBXML, *NEWER[:3]), thresholds=strict)
    yield Week(30, "a low becomes known beside it (threshold 50)", 6, (LIBXML, *NEWER[:3], TAR), thresholds=strict)
    yield Week(40, "a finding without a severity", 6, (LIBXML, *NEWER[:3], TAR, UNRATED), thresholds=strict)
    yield Week(45, "rebuild: all fixed but the low and the unrated one", 7, (TAR, UNRATED), thresholds=strict)
    yield Week(46, "rebuild: all fixed", 8, thresholds=strict)
    yield Week(51, "re-scan, nothing changed", 8, thresholds=strict)


IMAGES = {week.image: image_id(week.image) for week in year()}
