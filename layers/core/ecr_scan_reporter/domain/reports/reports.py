"""Is the result of a scan worth a message, and what does the message have to say?"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ecr_scan_reporter.domain.findings.changes import Changes, is_reportable
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.registry.tag_options import RepositoryOptions
from ecr_scan_reporter.domain.reports.policy import ReportPolicy
from ecr_scan_reporter.domain.severities import Severity, most_severe
from ecr_scan_reporter.domain.thresholds import Breach, Thresholds, find_breaches


class ReportReason(StrEnum):
    """Why somebody is told of a scan."""

    THRESHOLDS_BREACHED = "THRESHOLDS_BREACHED"
    FINDINGS_FIXED = "FINDINGS_FIXED"
    SCAN_FAILED = "SCAN_FAILED"


@dataclass(frozen=True, slots=True)
class ScannedImage:
    """The image that was scanned, as its reader wants to find it again."""

    repository: Repository
    digest: str
    tags: tuple[str, ...] = ()
    pushed_at: datetime | None = None

    @property
    def tag(self) -> str:
        """The tag that people call the image by, rather not `latest`; empty where it has none."""
        return next((tag for tag in self.tags if tag != "latest"), next(iter(self.tags), ""))

    @property
    def name(self) -> str:
        """The image as people call it: with a tag where it has one, else with a short digest."""
        return f"{self.repository.name}:{self.tag}" if self.tag else f"{self.repository.name}@{self.digest[:19]}"


@dataclass(frozen=True, slots=True)
class ScanReport:
    """All that the messages about one scan may say.

    `result` and `changes` are without the findings that rules suppress; of these only the number is told.
    `findings_uri` is where the full result lies, if anywhere; `changes` is None where nothing is known to compare with.
    `owner` is whom the repository belongs to, empty where that is not known; `notes` are settings that are wrong.
    """

    reason: ReportReason
    image: ScannedImage
    result: ScanResult
    thresholds: Thresholds
    breaches: tuple[Breach, ...] = ()
    findings_uri: str = ""
    changes: Changes | None = None
    suppressed: int = 0
    owner: str = ""
    notes: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity | None:
        """The most severe level that breached its threshold; None for a failed scan, or when none does any more."""
        return most_severe(breach.severity for breach in self.breaches)


MAX_EXPLANATION = 400
SUPPORTED_SYSTEMS = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html"

# How a scan may end that gives no findings, and that people should hear about.
FAILED_STATUSES = frozenset(
    {ScanStatus.FAILED, ScanStatus.UNSUPPORTED_IMAGE, ScanStatus.IMAGE_SIZE_EXCEEDED, ScanStatus.LIMIT_EXCEEDED}
)


def decide_report(
    image: ScannedImage,
    result: ScanResult,
    rules: ReportPolicy,
    options: RepositoryOptions | None = None,
    *,
    changes: Changes | None = None,
    findings_uri: str = "",
) -> ScanReport | None:
    """Return the report to send, None when there is nothing to say. Suppressed findings count toward no threshold."""
    options = options or RepositoryOptions()
    shown, thresholds = result.unsuppressed, options.thresholds(rules.thresholds)
    report = ScanReport(
        ReportReason.SCAN_FAILED,
        image,
        shown,
        thresholds,
        findings_uri=findings_uri,
        suppressed=len(result.suppressed),
        owner=options.owner,
        notes=options.problems,
    )
    if result.status in FAILED_STATUSES:
        return report if rules.notify_on_failure else None
    breaches = find_breaches(shown.counts, thresholds)
    if not is_reportable(rules.notify_on, changes, breaches, thresholds):
        return None
    reason = ReportReason.THRESHOLDS_BREACHED if breaches else ReportReason.FINDINGS_FIXED
    return replace(report, reason=reason, breaches=breaches, changes=changes)


_UNSUPPORTED_SYSTEM = re.compile(r"operating system '(?P<name>[^']*)' version '(?P<version>[^']*)' is not supported")


def unsupported_system(result: ScanResult) -> str:
    """Return the operating system that ECR's scanner does not support, empty when that is not what failed."""
    match = _UNSUPPORTED_SYSTEM.search(result.description[:MAX_EXPLANATION])
    return " ".join(filter(None, (match["name"], match["version"]))) if match else ""


def explain_failure(result: ScanResult) -> str:
    """Say in plain words why a scan gave no result. Never empty."""
    system = unsupported_system(result)
    if system:
        return f"ECR's scanner does not support the operating system of this image, {system}."
    if "UnsupportedImageError" in result.description:
        return "ECR's scanner does not support the operating system or the package manager of this image."
    if result.status is ScanStatus.UNSUPPORTED_IMAGE:
        return "ECR's scanner does not support this kind of image."
    if result.status is ScanStatus.IMAGE_SIZE_EXCEEDED:
        return "The image is larger than ECR's scanner takes."
    if result.status is ScanStatus.LIMIT_EXCEEDED:
        return "A quota of ECR's scanner was exceeded."
    return result.description[:MAX_EXPLANATION] or "ECR gave no reason."
