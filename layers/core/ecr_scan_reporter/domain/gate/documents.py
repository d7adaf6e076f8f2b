"""A check as JSON: what a pipeline, or another program after it, reads."""

from typing import Any

from ecr_scan_reporter.domain.exploits.documents import copy_document
from ecr_scan_reporter.domain.findings.documents import counts_document, finding_document, scan_document
from ecr_scan_reporter.domain.findings.remediation import days_overdue
from ecr_scan_reporter.domain.gate.checks import Check, CheckedImage
from ecr_scan_reporter.domain.gate.judgement import Outcome
from ecr_scan_reporter.domain.gate.words import headline, warnings
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.severities import Severity, count_severities
from ecr_scan_reporter.domain.suppressions.fields import suppression_fields

SCHEMA_VERSION = "1.0"


def check_document(check: Check, least: Severity) -> dict[str, Any]:
    """Write a check, with the findings that are at least this severe or fail it."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "image": check.name,
        "verdict": check.verdict.value,
        "headline": headline(check),
        "problem": check.problem,
        "checkedAt": format_moment(check.checked_at),
        "policy": {
            "conditions": [str(condition) for condition in check.policy.conditions],
            "source": check.policy.source,
            "onlyFixable": check.policy.only_fixable,
            "remediationDays": str(check.policy.remediation_days),
        },
        "baseline": check.baseline or None,
        "exploits": {
            "kev": copy_document(check.exploits.kev) if check.exploits.kev else None,
            "epss": copy_document(check.exploits.epss) if check.exploits.epss else None,
        },
        "suppressions": [
            suppression_fields(rule.suppression) | {"findings": rule.count, "isOfFile": rule.is_ignored}
            for rule in check.applied
        ],
        "warnings": warnings(check, check.checked_at),
        "images": [_image(check, image, least) for image in check.images],
    }


def _image(check: Check, image: CheckedImage, least: Severity) -> dict[str, Any]:
    repository, result = image.image.repository, image.result
    counted = image.judgement.counted
    return {
        "registryId": repository.registry_id,
        "region": repository.region,
        "repository": repository.name,
        "imageDigest": image.image.digest,
        "imageTags": list(image.image.tags),
        "platform": image.platform or None,
        "verdict": image.verdict(check.policy).value,
        "problem": image.problem,
        "scan": scan_document(result) if result else None,
        "notes": list(image.notes),
        "counts": counts_document(count_severities(each.severity for each in counted)) if result else None,
        "suppressed": len(result.suppressed) if result else None,
        "inBaseline": image.known,
        "unfixable": image.unfixable,
        "unknownFixes": image.unknown_fixes,
        "conditions": [_outcome(outcome) for outcome in image.judgement.outcomes],
        "findings": [
            finding_document(finding)
            | {
                "breaches": [condition.name for condition in image.judgement.breached_by(finding)],
                "daysOverdue": days_overdue(finding, check.policy.remediation_days, check.checked_at),
            }
            for finding in image.shown(least)
        ],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "condition": str(outcome.condition),
        "findings": len(outcome.findings),
        "limit": outcome.condition.limit,
        "isBreached": outcome.is_breached,
        "unknown": outcome.unknown,
    }
