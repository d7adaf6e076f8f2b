"""The digest as JSON (docs/scan-digest.schema.json)."""

from typing import Any

from ecr_scan_reporter.domain.digest.digest import ChangedImage, Digest
from ecr_scan_reporter.domain.findings.documents import SCHEMA_VERSION, counts_document
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.ledger.entries import ImageState
from ecr_scan_reporter.domain.messages.digest.headline import headline, is_coverage_low, new_severity
from ecr_scan_reporter.domain.messages.digest.urgent import urgent_members
from ecr_scan_reporter.domain.messages.sns import SUBJECT_CHARACTERS
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.rankings import Ranked
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.partitions import console_url
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import FIXED, NEVER
from ecr_scan_reporter.domain.suppressions.fields import suppression_document
from ecr_scan_reporter.domain.suppressions.rules import Suppression


def digest_document(digest: Digest) -> dict[str, Any]:
    """Return the JSON document."""
    before, review = digest.before, digest.suppressions
    return {
        "schemaVersion": SCHEMA_VERSION,
        "type": "ECR_SCAN_DIGEST",
        "summary": headline(digest, SUBJECT_CHARACTERS),
        "severity": digest.severity.value if digest.severity else None,
        "newSeverity": severity.value if (severity := new_severity(digest)) else None,
        "at": format_moment(digest.at),
        "since": format_moment(digest.since),
        "isFirst": before is None,
        "images": digest.coverage.total,
        "counts": counts_document(digest.totals),
        "countsChange": {s.value: digest.change(s) for s in Severity if digest.change(s)} if before else None,
        "suppressedTotal": digest.suppressed,
        "suppressedChange": digest.suppressed - before.suppressed if before else None,
        "uncountedTotal": digest.uncounted,
        "newCounts": counts_document(digest.new),
        "raisedCounts": counts_document(digest.raised),
        "fixedCounts": counts_document(digest.fixed),
        "worseTotal": digest.worse.total,
        "worse": [_changed(changed) for changed in digest.worse.first],
        "appearedCounts": counts_document(digest.appeared_counts),
        "appearedTotal": digest.appeared.total,
        "appeared": [_changed(changed) for changed in digest.appeared.first],
        "betterTotal": digest.better.total,
        "better": [_changed(changed) for changed in digest.better.first],
        "worstTotal": digest.worst.total,
        "worst": [_image(image) | {"counts": counts_document(image.counts)} for image in digest.worst.first],
        **urgent_members(digest),
        "coverage": _coverage(digest),
        "repositories": _repositories(digest),
        "suppressions": {
            **_suppressions("ending", review.ending),
            **_suppressions("ended", review.ended),
            **_suppressions("unmatched", review.unmatched),
        },
    }


def _repository(repository: Repository) -> dict[str, Any]:
    return {"registryId": repository.registry_id, "region": repository.region, "repository": repository.name}


def _image(image: ImageState) -> dict[str, Any]:
    return {
        **_repository(image.repository),
        "imageDigest": image.digest,
        "name": image.name,
        "owner": image.owner or None,
        "consoleUrl": console_url(image.id),
    }


def _changed(changed: ChangedImage) -> dict[str, Any]:
    return {
        **_image(changed.image),
        "counts": counts_document(changed.image.counts),
        "new": counts_document(changed.new),
        "raised": counts_document(changed.raised),
        "fixed": counts_document(changed.fixed),
        "news": list(changed.news),
    }


def _coverage(digest: Digest) -> dict[str, Any]:
    coverage = digest.coverage
    scan = coverage.oldest.ended_scan if coverage.oldest else None
    return {
        "total": coverage.total,
        "isLow": is_coverage_low(coverage),
        **{status.value: coverage.counts.get(status, 0) for status in CoverageStatus},
        "systems": [{"system": system, "images": number} for system, number in coverage.systems.items()],
        "examples": {
            status.value: [_image(image) for image in examples.first] for status, examples in coverage.examples.items()
        },
        "oldest": _image(coverage.oldest) | {"scannedAt": format_moment(scan.scanned_at)}
        if coverage.oldest and scan
        else None,
    }


def _repositories(digest: Digest) -> dict[str, Any]:
    seen = digest.repositories
    return {
        "total": seen.total,
        "lookedAt": format_moment(seen.looked_at),
        "registriesTotal": seen.registries.total,
        "registries": [{"registryId": account, "region": region} for account, region in seen.registries.first],
        "leftOutTotal": seen.inactive.total,
        "leftOut": [_repository(repository) for repository in seen.inactive.first],
        "round": {
            "images": digest.round.images,
            "scansPerDay": digest.round.scans_per_day,
            "days": digest.round.days,
            "isTooSlow": digest.round.is_too_slow(digest.at),
            "maxAge": str(digest.round.max_age),
        }
        if digest.round
        else None,
        "refused": {
            "quotaExceeded": seen.held_back.get(StartScanResult.QUOTA_EXCEEDED, 0),
            "overBudget": seen.held_back.get(StartScanResult.OVER_BUDGET, 0),
        },
        "notesTotal": seen.tag_warnings.total,
        "notes": [_repository(repository) | {"note": warning} for repository, warning in seen.tag_warnings.first],
    }


def _suppressions(name: str, suppressions: Ranked[Suppression]) -> dict[str, Any]:
    return {
        f"{name}Total": suppressions.total,
        name: [_suppression(suppression) for suppression in suppressions.first],
    }


def _suppression(suppression: Suppression) -> dict[str, Any]:
    # Programs that know no other word than never take it for a day.
    end = {"until": NEVER, "untilFixed": True} if suppression.until is FIXED else {}
    return suppression_document(suppression) | end
