"""Scans of the repository team/app, between fakes."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.use_cases.scanning.scan_repository import scan_repository
from ecr_scan_reporter.use_cases.scanning.tools import ScanTools
from tests.unit.samples import NOW, image
from tests.unit.use_cases.fakes import FakeLedger, FakeRegistry, one_at_a_time

WEEKLY = ScanPolicy(parse_duration("7d"))
JOB = ScanJob("team/app")
NEVER_SCANNED = LastScan(ScanStatus.NOT_SCANNED)
FAULT = CallFailedError("StartImageScan", "ServerException", "try again", is_passing=True)
DENIED = CallFailedError("StartImageScan", "AccessDeniedException", "not you")


def scan(
    registry: FakeRegistry,
    ledger: FakeLedger | None = None,
    job: ScanJob = JOB,
    policy: ScanPolicy = WEEKLY,
    *,
    now: datetime = NOW,
    **tools: Any,
) -> ScanSummary:
    """Do the job, one image at a time; `tools` are further ScanTools."""
    with_tools = ScanTools(registry, ledger or FakeLedger(), one_at_a_time, **tools)
    return scan_repository(job, with_tools, policy=policy, now=now)


def images(count: int) -> list[Image]:
    """Return container images with the digests 1 to `count`."""
    return [image(number) for number in range(1, count + 1)]


def ledger_with(listed: Sequence[Image], last_scan: LastScan = NEVER_SCANNED) -> FakeLedger:
    """Return a ledger that has the same last scan of each image."""
    return FakeLedger({image.digest: last_scan for image in listed})


def after_starts(registry: FakeRegistry, count: int) -> Callable[[], bool]:
    """Return a clock by which time is up when so many more scans were started."""
    before = len(registry.started)
    return lambda: len(registry.started) >= before + count
