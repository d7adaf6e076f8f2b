"""How much a suppression hides of what was found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from ecr_scan_reporter.domain.findings.stored_result import StoredResult
from ecr_scan_reporter.domain.suppressions.rules import Suppression, suppress


@dataclass(frozen=True, slots=True)
class HiddenFindings:
    """How many findings of how many images a suppression matches, of `all_findings` in all stored results."""

    findings: int = 0
    images: int = 0
    all_findings: int = 0


def hidden_findings(suppression: Suppression, results: Iterable[StoredResult], *, now: datetime) -> HiddenFindings:
    """Count the findings of the last results that a suppression matches today. Raises CallFailedError."""
    today = now.astimezone(UTC).date()
    findings = images = total = 0
    for result in results:
        name = result.image.repository.name
        marked = suppress(result.findings, repository=name, tags=result.tags, suppressions=[suppression], today=today)
        matched = sum(bool(finding.suppressed_by) for finding in marked)
        findings, images, total = findings + matched, images + bool(matched), total + len(marked)
    return HiddenFindings(findings, images, total)
