"""A report as JSON (docs/scan-report.schema.json), as large as there is room for."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ecr_scan_reporter.domain.exploits.documents import copy_document
from ecr_scan_reporter.domain.findings.changes import Changes
from ecr_scan_reporter.domain.findings.documents import SCHEMA_VERSION, counts_document, finding_document, scan_document
from ecr_scan_reporter.domain.findings.failures import explain_failure
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.messages.report.headline import subject
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.registry.partitions import console_url, image_uri
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport
from ecr_scan_reporter.domain.suppressions.ends import end_document
from ecr_scan_reporter.domain.text import abridge
from ecr_scan_reporter.domain.thresholds import Breach

MAX_FINDINGS = 100
MAX_TAGS = 100
MAX_SUPPRESSIONS = 50
LONGEST_DESCRIPTION = 300
# Descriptions go before findings do.
_SIZES = ((MAX_FINDINGS, True), *((most, False) for most in (MAX_FINDINGS, 75, 50, 35, 25, 15, 10, 5, 2, 1, 0)))


def fitting_document(report: ScanReport, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the largest document that fits: without descriptions, then with fewer findings, never with fewer facts."""
    made = (document(report, most, has_descriptions=has_descriptions) for most, has_descriptions in _SIZES)
    return next(filter(fits, made), None) or document(report, 0, has_descriptions=False)


def document(report: ScanReport, most_findings: int = MAX_FINDINGS, *, has_descriptions: bool = True) -> dict[str, Any]:
    """Return the JSON document, with at most `most_findings` findings in each list."""
    image, result = report.image, report.result

    def listed(findings: Sequence[Finding]) -> list[dict[str, Any]]:
        return [_finding(finding, has_descriptions=has_descriptions) for finding in findings[:most_findings]]

    return {
        "schemaVersion": SCHEMA_VERSION,
        "type": "ECR_SCAN_REPORT",
        "reason": report.reason.value,
        "summary": subject(report),
        "severity": report.severity.value if report.severity else None,
        "newSeverity": report.new_severity.value if report.new_severity else None,
        "isRepeated": report.is_repeated,
        "registryId": image.repository.registry_id,
        "region": image.repository.region,
        "repository": image.repository.name,
        "owner": report.owner or None,
        "imageDigest": image.digest,
        "imageTags": list(image.tags[:MAX_TAGS]),
        "imageTagsTotal": len(image.tags),
        "imageUri": image_uri(image.id),
        "imagePushedAt": format_moment(image.pushed_at),
        "scan": scan_document(result),
        "failure": explain_failure(result) if report.reason is ReportReason.SCAN_FAILED else None,
        "counts": counts_document(result.counts),
        "suppressedTotal": report.suppressed,
        "suppressions": [
            {"id": each.id, **end_document(each.until), "count": each.count}
            for each in report.applied[:MAX_SUPPRESSIONS]
        ],
        "thresholds": {severity.value: threshold for severity, threshold in report.thresholds.items()},
        "breaches": _breaches(report.breaches),
        "newlyBreached": _breaches(report.newly_breached),
        "exploitedTotal": len(report.exploited),
        "exploitedBreach": _exploited_breach(report),
        "kev": copy_document(report.kev) if report.kev else None,
        "epss": copy_document(report.epss) if report.epss else None,
        "findings": listed(result.findings),
        "changes": _changes(report, report.changes, listed) if report.changes else None,
        "findingsTotal": max(len(result.findings), sum(result.counts.values())),
        "findingsUri": report.findings_uri or None,
        "consoleUrl": console_url(image.id),
        "notes": list(report.tag_warnings),
    }


def _exploited_breach(report: ScanReport) -> dict[str, int] | None:
    breach = report.exploited_breach
    return {"count": breach.count, "threshold": breach.threshold} if breach else None


def _breaches(breaches: Iterable[Breach]) -> list[dict[str, Any]]:
    return [
        {"severity": breach.severity.value, "count": breach.count, "threshold": breach.threshold} for breach in breaches
    ]


def _finding(finding: Finding, *, has_descriptions: bool) -> dict[str, Any]:
    description = abridge(finding.description, LONGEST_DESCRIPTION) if has_descriptions else ""
    return finding_document(finding) | ({"description": description} if description else {})


def _changes(
    report: ScanReport, changes: Changes, listed: Callable[[Sequence[Finding]], list[dict[str, Any]]]
) -> dict[str, Any]:
    hidden = {finding.identity: id_ for finding, id_ in changes.unsuppressed}
    new, raised = listed(changes.new), listed([each.finding for each in changes.raised])
    other_version = listed([each.finding for each in changes.other_version])
    return {
        "comparedWith": {
            "imageDigest": changes.baseline.digest,
            "completedAt": format_moment(changes.baseline.completed_at),
            "isOtherImage": changes.baseline.digest != report.image.digest,
        },
        "newTotal": len(changes.new),
        "new": [
            shown | _suppressed_before(hidden.get(finding.identity, ""), report)
            for finding, shown in zip(changes.new, new, strict=False)
        ],
        "exploitedTotal": len(changes.exploited),
        "exploited": listed(changes.exploited),
        "raisedTotal": len(changes.raised),
        "raised": [
            shown | {"severityBefore": each.before.value} for each, shown in zip(changes.raised, raised, strict=False)
        ],
        "fixedTotal": len(changes.fixed),
        "fixed": listed(changes.fixed),
        "otherVersionTotal": len(changes.other_version),
        "otherVersion": [
            shown | {"versionBefore": each.before}
            for each, shown in zip(changes.other_version, other_version, strict=False)
        ],
    }


def _suppressed_before(suppression_id: str, report: ScanReport) -> dict[str, Any]:
    if not suppression_id:
        return {}
    return {"suppressedBefore": {"id": suppression_id, **end_document(report.ended.get(suppression_id))}}
