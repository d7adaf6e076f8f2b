"""Scan results as JSON: the names that other systems read, in messages and in the findings bucket."""

from typing import Any

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.registry.images import ImageId, Repository, ScannedImage
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts
from ecr_scan_reporter.domain.thresholds import Thresholds

SCHEMA_VERSION = "1.1"
MAX_DESCRIPTION = 400
FINDINGS_PREFIX = "findings/"


def counts_document(counts: SeverityCounts) -> dict[str, int]:
    """Write the counts: the levels of basic scanning always, the others where there are some."""
    shown = [severity for severity in Severity if severity is not Severity.UNTRIAGED or counts.get(severity)]
    return {severity.value: counts.get(severity, 0) for severity in shown}


def thresholds_document(thresholds: Thresholds) -> dict[str, int]:
    """Write the thresholds; a level that is switched off is absent."""
    return {severity.value: threshold for severity, threshold in thresholds.items()}


def finding_document(finding: Finding) -> dict[str, Any]:
    """Write the known facts of a finding, without its description."""
    fields = {
        "name": finding.name,
        "severity": finding.severity.value,
        "package": finding.package,
        "version": finding.version,
        "alsoIn": [{"package": package, "version": version} for package, version in finding.also],
        "score": finding.score,
        "fixAvailable": finding.fix_available,
        "fixedIn": finding.fixed_in,
        "exploitAvailable": finding.exploit_available,
        "epss": finding.epss,
        "knownExploited": exploit_document(finding.exploit) if finding.exploit else None,
        "uri": finding.uri,
        "firstSeenAt": format_moment(finding.first_seen_at),
        "suppressedBy": finding.suppressed_by,
    }
    return {name: value for name, value in fields.items() if value not in ("", None, [])}


def exploit_document(exploit: KnownExploit) -> dict[str, Any]:
    """Write KEV's entry: when it entered, until when US agencies must act, whether ransomware uses it."""
    return {
        "added": exploit.added.isoformat(),
        "due": exploit.due.isoformat() if exploit.due else None,
        "ransomware": exploit.has_ransomware,
    }


def scan_document(result: ScanResult) -> dict[str, Any]:
    """Write what is known of the scan itself."""
    return {
        "status": result.status.value,
        "description": result.description[:MAX_DESCRIPTION],
        "completedAt": format_moment(result.completed_at),
        "vulnerabilitySourceUpdatedAt": format_moment(result.vulnerability_source_updated_at),
    }


def result_document(image: ScannedImage, result: ScanResult, thresholds: Thresholds | None = None) -> dict[str, Any]:
    """Write the full result of a scan, as the findings bucket stores it."""
    findings = [
        finding_document(f) | ({"description": f.description} if f.description else {}) for f in result.findings
    ]
    return {
        "schemaVersion": SCHEMA_VERSION,
        "registryId": image.repository.registry_id,
        "region": image.repository.region,
        "repository": image.repository.name,
        "imageDigest": image.digest,
        "imageTags": list(image.tags),
        "scan": scan_document(result),
        "counts": counts_document(result.counts),
        "findings": findings,
        **({} if thresholds is None else {"thresholds": thresholds_document(thresholds)}),
    }


def tag_key(repository: Repository, tag: str) -> str:
    """Return the key of the object that names the digest which a tag had at its last scan."""
    return f"tags/{repository}/{tag}.json"


def findings_key(image: ImageId) -> str:
    """Return the key of an image's last full result in the findings bucket."""
    return f"{FINDINGS_PREFIX}{image.repository}/{image.digest.replace(':', '-')}.json"


def image_of_key(key: str) -> ImageId | None:
    """Return the image of a key that `findings_key` made, None for another key."""
    parts = key.removeprefix(FINDINGS_PREFIX).split("/", 2)
    name, is_path, file = parts[-1].rpartition("/")
    digest, is_json, rest = file.partition(".json")
    is_ours = key.startswith(FINDINGS_PREFIX) and len(parts) == 3 and is_path and is_json and not rest
    return ImageId(Repository(parts[0], parts[1], name), digest.replace("-", ":", 1)) if is_ours else None
