"""Is the result of a scan worth a message, and what does the message have to say?"""

from dataclasses import dataclass, replace
from enum import StrEnum

from ecr_scan_reporter.domain.findings.changes import Changes
from ecr_scan_reporter.domain.findings.failures import FAILED_STATUSES
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.registry.images import ScannedImage
from ecr_scan_reporter.domain.registry.tag_options import RepositoryOptions
from ecr_scan_reporter.domain.reports.policy import ReportPolicy, is_reportable
from ecr_scan_reporter.domain.severities import Severity, most_severe
from ecr_scan_reporter.domain.thresholds import Breach, Thresholds, find_breaches


class ReportReason(StrEnum):
    """Why somebody is told of a scan."""

    THRESHOLDS_BREACHED = "THRESHOLDS_BREACHED"
    FINDINGS_FIXED = "FINDINGS_FIXED"
    SCAN_FAILED = "SCAN_FAILED"


@dataclass(frozen=True, slots=True)
class ScanReport:
    """All that the messages about one scan may say.

    `result` and `changes` are without the findings that rules suppress; of these only the number is told.
    `findings_uri` is where the full result lies, if anywhere; `changes` is None where nothing is known to compare with.
    `owner` is whom the repository belongs to, empty where that is not known; `tag_warnings` name its wrong AWS tags.
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
    tag_warnings: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity | None:
        """The most severe level that breached its threshold; None for a failed scan, or when none does any more."""
        return most_severe(breach.severity for breach in self.breaches)


def decide_report(
    image: ScannedImage,
    result: ScanResult,
    policy: ReportPolicy,
    options: RepositoryOptions | None = None,
    *,
    changes: Changes | None = None,
    findings_uri: str = "",
) -> ScanReport | None:
    """Return the report to send, None when there is nothing to say. Suppressed findings count toward no threshold."""
    options = options or RepositoryOptions()
    shown, thresholds = result.unsuppressed, options.thresholds(policy.thresholds)
    report = ScanReport(
        ReportReason.SCAN_FAILED,
        image,
        shown,
        thresholds,
        findings_uri=findings_uri,
        suppressed=len(result.suppressed),
        owner=options.owner,
        tag_warnings=options.tag_warnings,
    )
    if result.status in FAILED_STATUSES:
        return report if policy.notify_on_failure else None
    breaches = find_breaches(shown.counts, thresholds)
    if not is_reportable(policy.notify_on, changes, breaches, thresholds):
        return None
    reason = ReportReason.THRESHOLDS_BREACHED if breaches else ReportReason.FINDINGS_FIXED
    return replace(report, reason=reason, breaches=breaches, changes=changes)
