"""The findings of a scan that go to AWS Security Hub.

Security Hub bills each finding that it receives, and deletes findings without an update for 90 days. So it receives
the changes, and all findings with the first scan of a month.
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ecr_scan_reporter.domain.findings.changes import Baseline
from ecr_scan_reporter.domain.findings.findings import Finding, Identity, ScanResult
from ecr_scan_reporter.domain.findings.matching import once_each
from ecr_scan_reporter.domain.registry.images import ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.security_hub.asff import PRODUCT, HubAccount, asff_finding, finding_id
from ecr_scan_reporter.domain.text import one_line, shorten

# https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Note.html
MAX_NOTE = 512


@dataclass(frozen=True, slots=True)
class WorkflowChange:
    """A new workflow status of findings that Security Hub knows, with a note that says why."""

    product_arn: str
    status: str
    note: str
    finding_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HubUpdate:
    """Findings to import (ASFF), and then workflows to change, which no import can do.

    https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
    """

    findings: tuple[dict[str, Any], ...] = ()
    workflows: tuple[WorkflowChange, ...] = ()


def hub_update(
    image: ScannedImage, result: ScanResult, baseline: Baseline | None, hub: HubAccount, now: datetime
) -> HubUpdate:
    """Return what to send of a result that was compared with a baseline. Of enhanced scanning Inspector sends all.

    A baseline of another image (a tag has moved) does not count: the findings of that image stay as they are.
    """
    if result.status is ScanStatus.ACTIVE:
        return HubUpdate()
    at = result.completed_at or now
    known = baseline if baseline and baseline.digest == image.digest else None
    before = _by_identity(known.findings if known else ())
    found = _by_identity(result.findings)
    is_first = known is None or known.completed_at is None or _month(known.completed_at) != _month(at)
    changed = [f for f in found.values() if is_first or _state(f) != _state(before.get(f.identity))]
    gone = [finding for finding in before.values() if finding.identity not in found]
    return HubUpdate(
        findings=(
            *(asff_finding(image, finding, hub, at, is_gone=False) for finding in changed),
            *(asff_finding(image, finding, hub, at, is_gone=True) for finding in gone),
        ),
        workflows=tuple(_workflows(image, hub, [(before[key], f) for key, f in found.items() if key in before])),
    )


def _by_identity(findings: Iterable[Finding]) -> dict[Identity, Finding]:
    return {finding.identity: finding for finding in once_each(findings)}


def _state(finding: Finding | None) -> tuple[str, str] | None:
    return (finding.severity.value, finding.suppressed_by) if finding else None


def _month(moment: datetime) -> tuple[int, int]:
    return moment.astimezone(UTC).year, moment.astimezone(UTC).month


def _workflows(
    image: ScannedImage, hub: HubAccount, pairs: Iterable[tuple[Finding, Finding]]
) -> Iterator[WorkflowChange]:
    """Yield one change for each rule that began or ceased to suppress findings."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for before, finding in pairs:
        if before.suppressed_by != finding.suppressed_by:
            by_reason.setdefault(_reason(before, finding), []).append(finding_id(image, finding))
    for (status, note), ids in by_reason.items():
        yield WorkflowChange(hub.product_arn, status, note, tuple(ids))


def _reason(before: Finding, finding: Finding) -> tuple[str, str]:
    if finding.suppressed_by:
        note = f"{PRODUCT}: suppressed by the rule {one_line(finding.suppressed_by)}."
        return "SUPPRESSED", shorten(note, MAX_NOTE)
    note = f"{PRODUCT}: the rule {one_line(before.suppressed_by)} suppresses it no more."
    return "NEW", shorten(note, MAX_NOTE)
