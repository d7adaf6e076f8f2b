"""Typical values, for tests that care about one or two of their facts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ecr_scan_reporter.domain.findings.changes import Baseline, compare
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.findings.importance import sort_findings
from ecr_scan_reporter.domain.registry.images import Image, ImageId, Repository, ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport, decide_report
from ecr_scan_reporter.domain.severities import Severity, count_severities
from ecr_scan_reporter.domain.thresholds import find_breaches

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
REPOSITORY = Repository("123456789012", "eu-west-1", "team/app")
DIGEST = "sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd12345678"
IMAGE_ID = ImageId(REPOSITORY, DIGEST)
ANY_FINDING = {Severity.CRITICAL: 0, Severity.HIGH: 0, Severity.MEDIUM: 0, Severity.LOW: 0}
CONTAINER = {
    "manifest_media_type": "application/vnd.docker.distribution.manifest.v2+json",
    "artifact_media_type": "application/vnd.docker.container.image.v1+json",
}


def digest(number: int) -> str:
    """Return a digest of its own for each number."""
    return f"sha256:{number:064x}"


def image_id(number: int = 1, repository: Repository = REPOSITORY) -> ImageId:
    """Return the identity of an image with the digest of a number."""
    return ImageId(repository, digest(number))


def image(number: int = 1, repository: Repository = REPOSITORY, **facts: Any) -> Image:
    """Return a container image of team/app."""
    return Image(image_id(number, repository), **(CONTAINER | facts))


def ago(**units: float) -> datetime:
    """Return the moment so long before NOW."""
    return NOW - timedelta(**units)


def scanned(**units: float) -> LastScan:
    """Return a scan that completed so long before NOW."""
    return LastScan(ScanStatus.COMPLETE, scanned_at=ago(**units))


def started(**units: float) -> LastScan:
    """Return a scan that was started so long before NOW, and whose event has not come."""
    return LastScan(ScanStatus.IN_PROGRESS, tried_at=ago(**units))


FINDINGS = (
    Finding("CVE-2023-38545", Severity.CRITICAL, "curl", "7.88.1-10", 9.8, "https://security.example/CVE-2023-38545"),
    Finding("CVE-2024-2961", Severity.HIGH, "glibc", "2.36-9", 8.8, "https://security.example/CVE-2024-2961"),
    Finding("CVE-2011-3374", Severity.LOW, "apt", "2.6.1"),
)
RESULT = ScanResult(
    ScanStatus.COMPLETE,
    completed_at=datetime(2026, 1, 31, 4, 0, 48, tzinfo=UTC),
    counts={Severity.CRITICAL: 1, Severity.HIGH: 1, Severity.LOW: 1},
    findings=FINDINGS,
    vulnerability_source_updated_at=datetime(2026, 1, 31, 1, 2, 3, tzinfo=UTC),
)
SCANNED_IMAGE = ScannedImage(IMAGE_ID, tags=("latest", "1.2"), pushed_at=datetime(2026, 1, 30, 9, 30, tzinfo=UTC))
UNSUPPORTED_SYSTEM = "UnsupportedImageError: The operating system 'windows' version '10.0' is not supported"


def breached_report(result: ScanResult = RESULT, **facts: Any) -> ScanReport:
    """Return a report of findings."""
    thresholds = facts.pop("thresholds", ANY_FINDING)
    report = ScanReport(
        ReportReason.THRESHOLDS_BREACHED,
        SCANNED_IMAGE,
        result,
        thresholds,
        find_breaches(result.counts, thresholds),
        "s3://findings/findings/123456789012/eu-west-1/team/app/sha256-7f5b.json",
    )
    return replace(report, **facts)


def result_of(*findings: Finding, **facts: Any) -> ScanResult:
    """Return a result with exactly these findings, and with their counts."""
    counts = count_severities(finding.severity for finding in findings)
    return replace(RESULT, counts=counts, findings=sort_findings(findings), **facts)


def compared_report(before: Iterable[Finding], now: Iterable[Finding], **facts: Any) -> ScanReport:
    """Return a report of a scan that is compared with one of the same image, a week before."""
    thresholds = facts.pop("thresholds", ANY_FINDING)
    thresholds_before = facts.pop("thresholds_before", thresholds)
    week_before = RESULT.completed_at and RESULT.completed_at - timedelta(days=7)
    baseline = Baseline(facts.pop("baseline_digest", DIGEST), week_before, tuple(before), thresholds_before)
    result = result_of(*now)
    changes = compare(baseline, result.findings)
    for notify_on in (NotifyOn.CHANGED, NotifyOn.ALL):
        report = decide_report(SCANNED_IMAGE, result, ReportPolicy(thresholds, notify_on=notify_on), changes=changes)
        if report:
            return replace(report, **facts)
    raise ValueError("there is nothing to report")


def failed_report(description: str = UNSUPPORTED_SYSTEM, **facts: Any) -> ScanReport:
    """Return a report of a scan that failed."""
    result = ScanResult(ScanStatus.FAILED, completed_at=RESULT.completed_at, description=description)
    return replace(ScanReport(ReportReason.SCAN_FAILED, SCANNED_IMAGE, result, ANY_FINDING), **facts)
