"""Scans of one image: their events, and the results that ECR has of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.samples import FINDINGS, IMAGE_ID, NOW, RESULT, ago, image

CURL, GLIBC, APT = FINDINGS
WEEK = timedelta(days=7)
EVENT = ScanEvent(
    "85fc3613",
    IMAGE_ID,
    ScanStatus.COMPLETE,
    ago(hours=8),
    {Severity.CRITICAL: 1, Severity.HIGH: 1},
    ("old",),
)
DESCRIBED = replace(image(tags=("latest", "1.2"), pushed_at=ago(days=1)), id=IMAGE_ID)

_NUMBERS = count()


def result_of(*findings: Finding, at: datetime = NOW) -> ScanResult:
    """Return the complete result of a scan that has found these."""
    counts = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    return replace(RESULT, completed_at=at, findings=findings, counts={s: n for s, n in counts.items() if n})


def new_event(**facts: Any) -> ScanEvent:
    """Return an event that repeats no other."""
    return replace(EVENT, event_id=str(next(_NUMBERS)), **facts)
