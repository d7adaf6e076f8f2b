"""One report as one SNS message, with a text for each protocol, within SNS's limits."""

import json
from collections.abc import Iterable
from typing import Any

from ecr_scan_reporter.domain.findings.changes import Changes
from ecr_scan_reporter.domain.findings.documents import (
    SCHEMA_VERSION,
    counts_document,
    finding_document,
    format_moment,
    scan_document,
)
from ecr_scan_reporter.domain.findings.failures import explain_failure
from ecr_scan_reporter.domain.messages.report.email import email
from ecr_scan_reporter.domain.messages.report.headline import plain, subject
from ecr_scan_reporter.domain.messages.report.sms import sms
from ecr_scan_reporter.domain.messages.sns import DOCUMENT_PROTOCOLS, MAX_BYTES, Notification
from ecr_scan_reporter.domain.registry.partitions import console_url, image_uri
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport
from ecr_scan_reporter.domain.text import one_line
from ecr_scan_reporter.domain.thresholds import Breach

MAX_FINDINGS = 100
MAX_TAGS = 100
NONE = "NONE"


def compose_notification(report: ScanReport, max_bytes: int = MAX_BYTES) -> Notification:
    """Compose the message; where it would be too large it carries fewer findings, and never fewer facts."""
    most_findings = MAX_FINDINGS
    message = _message(report, most_findings)
    while len(message) > max_bytes and most_findings:
        most_findings //= 2
        message = _message(report, most_findings)
    return Notification(subject(report), message, attributes(report))


def document(report: ScanReport, most_findings: int = MAX_FINDINGS) -> dict[str, Any]:
    """Return the JSON document (docs/scan-report.schema.json), with at most `most_findings` findings."""
    image, result = report.image, report.result
    findings = result.findings[:most_findings]
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
        "thresholds": {severity.value: threshold for severity, threshold in report.thresholds.items()},
        "breaches": _breaches_document(report.breaches),
        "newlyBreached": _breaches_document(report.newly_breached),
        "findings": [finding_document(finding) for finding in findings],
        "changes": _changes_document(report.changes, most_findings) if report.changes else None,
        "findingsTotal": max(len(result.findings), sum(result.counts.values())),
        "findingsUri": report.findings_uri or None,
        "consoleUrl": console_url(image.id),
        "notes": list(report.tag_warnings),
    }


def attributes(report: ScanReport) -> dict[str, str]:
    """Return the message attributes, for the filter policies of subscribers. None is empty: SNS refuses that."""
    repository = report.image.repository
    owner = one_line(report.owner)
    return {
        "severity": report.severity.value if report.severity else NONE,
        "newSeverity": report.new_severity.value if report.new_severity else NONE,
        "repository": one_line(repository.name),
        "reason": report.reason.value,
        "region": repository.region,
        "registryId": repository.registry_id,
        "hasNew": "true" if report.has_news else "false",
        **({"owner": owner} if owner else {}),
    }


def _breaches_document(breaches: Iterable[Breach]) -> list[dict[str, Any]]:
    return [
        {"severity": breach.severity.value, "count": breach.count, "threshold": breach.threshold} for breach in breaches
    ]


def _changes_document(changes: Changes, most_findings: int) -> dict[str, Any]:
    return {
        "comparedWith": {
            "imageDigest": changes.baseline.digest,
            "completedAt": format_moment(changes.baseline.completed_at),
        },
        "newTotal": len(changes.new),
        "new": [finding_document(finding) for finding in changes.new[:most_findings]],
        "raisedTotal": len(changes.raised),
        "raised": [
            finding_document(raised.finding) | {"severityBefore": raised.before.value}
            for raised in changes.raised[:most_findings]
        ],
        "fixedTotal": len(changes.fixed),
        "fixed": [finding_document(finding) for finding in changes.fixed[:most_findings]],
    }


def _message(report: ScanReport, most_findings: int) -> str:
    text = json.dumps(document(report, most_findings))
    texts = {
        "default": plain(report),
        "email": email(report, most_findings),
        "sms": sms(report),
        **dict.fromkeys(DOCUMENT_PROTOCOLS, text),
    }
    # ASCII only (json escapes the rest), so that characters are bytes.
    return json.dumps(texts)
