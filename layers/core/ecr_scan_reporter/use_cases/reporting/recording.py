"""Record what a scan found and what was reported of it: in the ledger, the findings bucket and Security Hub."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from ecr_scan_reporter.concurrency.task_groups import TaskGroup, run_all
from ecr_scan_reporter.domain.findings.changes import Baseline
from ecr_scan_reporter.domain.findings.failures import FAILED_STATUSES
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord
from ecr_scan_reporter.domain.ledger.results import change_record, failing_since
from ecr_scan_reporter.domain.registry.images import ImageId, ScannedImage
from ecr_scan_reporter.domain.thresholds import Thresholds
from ecr_scan_reporter.errors import ConcurrentEventError
from ecr_scan_reporter.use_cases.reporting.stored_findings import Comparison, Findings, store_result, tag_writes
from ecr_scan_reporter.use_cases.suppressions.ports import Suppressions


class Ledger(Protocol):
    """Where results are recorded."""

    def record_result(self, record: ImageRecord, now: datetime) -> bool:
        """Write a result; return False when a newer one, or the same failure, is there already."""

    def last_result(self, image: ImageId) -> ImageRecord | None:
        """Return how the last scan of an image ended, None where that is not known."""

    def record_change(self, change: ChangeRecord, now: datetime) -> None:
        """Write what a scan changed."""


class FindingsHub(Protocol):
    """Where findings are collected, one by one."""

    def collect(self, image: ScannedImage, result: ScanResult, baseline: Baseline | None, now: datetime) -> None:
        """Write the findings, compared with those of a baseline; writing them again changes nothing."""


@dataclass(frozen=True, slots=True)
class Stores:
    """What is stored, and the suppressions that people made; each is optional.

    `on_problem` takes, in words, what is wrong with a stored result that cannot be read.
    """

    ledger: Ledger | None = None
    findings: Findings | None = None
    suppressions: Suppressions | None = None
    hub: FindingsHub | None = None
    on_problem: Callable[[str], object] = str


def failing_since_of(image: ScannedImage, result: ScanResult, ledger: Ledger | None) -> datetime | None:
    """Return when the scans of an image began to fail in the same way, None for a scan that did not fail."""
    if result.status not in FAILED_STATUSES:
        return None
    return failing_since(result, ledger.last_result(image.id) if ledger else None)


def record_failure(record: ImageRecord, since: datetime | None, ledger: Ledger | None, now: datetime) -> None:
    """Record `since` when the scans of an image fail in the same way, None where the scan did not fail."""
    if ledger and since and record.failing_since is None:
        ledger.record_result(replace(record, failing_since=since), now)


def record_report(
    image: ScannedImage,
    comparison: Comparison,
    thresholds: Thresholds,
    stores: Stores,
    findings: Findings | None,
    task_group: TaskGroup,
    now: datetime,
    *,
    is_delivered: bool,
) -> None:
    """Write what was reported; a repetition changes nothing. `findings` is None where they are not to be stored,
    `is_delivered` when all channels took the report.

    The findings come after the hub: once they are stored, a repetition has nothing for it. Of several events at a time,
    one stores them and records the changes. The others raise ConcurrentEventError, and find less changed when they are
    retried.
    """
    result = comparison.result
    if stores.hub:
        stores.hub.collect(image, result, comparison.baseline, now)
    # Without stored findings, every scan would be the first of its image.
    found = change_record(image, result, comparison.changes) if findings else None
    # Enhanced scanning changes the findings of a scan whose date stays.
    news = found and replace(found, at=now.replace(microsecond=0))
    # A repetition records the stored change, but where a suppression has ended, reported findings are news.
    change = news if comparison.is_reported and news else comparison.unrecorded or news
    if findings and not store_result(image, comparison, thresholds, change, findings, is_delivered=is_delivered):
        raise ConcurrentEventError("store", f"another event stored findings of {image.name}")
    last = tag_writes(image, findings) if findings else []
    if stores.ledger and change:
        last.append(partial(stores.ledger.record_change, change, now))
    run_all(task_group, *last)
