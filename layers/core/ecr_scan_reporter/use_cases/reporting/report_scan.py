"""Report one scan that has ended: read its findings, record its result, and deliver a message when it matters."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from ecr_scan_reporter.concurrency.task_groups import TaskGroup, run_all
from ecr_scan_reporter.domain.events.inspector import with_epss
from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.findings.changes import Baseline, fingerprint
from ecr_scan_reporter.domain.findings.documents import counts_document
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord
from ecr_scan_reporter.domain.ledger.results import change_record, image_record
from ecr_scan_reporter.domain.registry.images import ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.reports.freshness import known_result, scan_identity
from ecr_scan_reporter.domain.reports.policy import ReportPolicy
from ecr_scan_reporter.domain.reports.reports import ScanReport, decide_report
from ecr_scan_reporter.domain.suppressions.rules import Suppression, suppress
from ecr_scan_reporter.use_cases.delivery import Channels, Delivery
from ecr_scan_reporter.use_cases.reporting.read_scan import (
    Registry,
    RetryDelays,
    ScanRead,
    Sources,
    Suppressions,
    read_scan,
)
from ecr_scan_reporter.use_cases.reporting.stored_findings import (
    Comparison,
    Findings,
    compare_with_stored,
    store_result,
)


class Ledger(Protocol):
    """Where results are recorded."""

    def record_result(self, record: ImageRecord, now: datetime) -> bool:
        """Write a result; return False when a newer one, or the same failure, is there already."""

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


@dataclass(frozen=True, slots=True)
class ReportTools:
    """What a report works with."""

    registry: Registry
    channels: Channels[ScanReport]
    stores: Stores
    task_group: TaskGroup
    retry_delays: RetryDelays


def report_scan(
    event: ScanEvent,
    tools: ReportTools,
    *,
    policy: ReportPolicy,
    now: datetime,
    epss: Mapping[str, float] | None = None,
) -> tuple[ScanReport | None, Delivery]:
    """Report one scan; return the report and its delivery, None and an empty one when there is nothing to report.

    When a step fails, the whole can be repeated without harm. Findings are stored after delivery, so a failed delivery
    is retried, and what was not delivered is news to the next scan. Raises what the delivery met.
    """
    stores = tools.stores
    sources = Sources(tools.registry, stores.findings, stores.suppressions)
    read = read_scan(event, sources, policy.owner_tag_key, task_group=tools.task_group, delays=tools.retry_delays)
    result, is_read = known_result(read.answer, event, now)
    # Of an unknown status: neither ECR nor the event tells what was found.
    if read.options.is_excluded or result.status is ScanStatus.UNKNOWN:
        return None, Delivery()
    image = read.image
    result = _suppress(image, replace(result, findings=with_epss(result.findings, epss or {})), read.suppressions, now)
    # A failed scan, or one whose findings are gone, has nothing to compare, and must not replace the last full result;
    # nor must an event, which has the number of findings at the most.
    stored = read.stored if result.is_full and is_read else None
    comparison = compare_with_stored(image, result, stored, now) if stored else Comparison(result)
    if comparison is None:  # A later scan was reported already.
        return None, Delivery()
    if comparison.problem:
        stores.on_problem(comparison.problem)
    is_recorded = _record(image, comparison, read, stores, now)
    if not is_recorded and not stored:  # Another event of the same scan, or of a later one, came first.
        return None, Delivery()
    report = decide_report(
        image,
        comparison.result,
        policy.of_changes if event.is_enhanced else policy,
        read.options,
        changes=comparison.changes,
        findings_uri=comparison.uri,
    )
    delivery = tools.channels.deliver(report, _key(event, read, comparison)) if report else Delivery()
    if delivery.is_final and result.is_full and is_read:
        _store(image, comparison, stores, stored, now, tools.task_group)
    delivery.raise_for_errors()
    return report, delivery


def _record(image: ScannedImage, comparison: Comparison, read: ScanRead, stores: Stores, now: datetime) -> bool:
    """Write the result to the ledger; return False when that has it, or a newer one, from another event."""
    if not stores.ledger:
        return True
    return stores.ledger.record_result(image_record(image, comparison.result, read.options.owner), now)


def _key(event: ScanEvent, read: ScanRead, comparison: Comparison) -> str:
    """Return the identity of this news: the scan, or the changes where many events come from one scan."""
    if not event.is_enhanced:
        return scan_identity(read.answer, event)
    shown, before = comparison.result.unsuppressed, comparison.baseline.findings if comparison.baseline else ()
    changed = f"{counts_document(shown.counts)}/{fingerprint(shown.findings)}/{fingerprint(before)}"
    return f"{event.image}/{changed}"


def _suppress(
    image: ScannedImage, result: ScanResult, suppressions: Callable[[], Iterable[Suppression]], now: datetime
) -> ScanResult:
    if not result.findings:
        return result
    today = now.astimezone(UTC).date()
    found = suppress(
        result.findings,
        repository=image.repository.name,
        tags=image.tags,
        suppressions=suppressions(),
        today=today,
    )
    return replace(result, findings=found)


def _store(
    image: ScannedImage,
    comparison: Comparison,
    stores: Stores,
    findings: Findings | None,
    now: datetime,
    task_group: TaskGroup,
) -> None:
    """Write down what was reported: again is no harm.

    The findings come last: once they are stored, a repetition finds no changes, and nothing for the hub.
    """
    result, changes = comparison.result, comparison.changes
    change = change_record(image, result, changes) if changes else None
    writes: list[Callable[[], object]] = []
    if stores.ledger and change:
        writes.append(partial(stores.ledger.record_change, change, now))
    if stores.hub:
        writes.append(partial(stores.hub.collect, image, result, comparison.baseline, now))
    run_all(task_group, *writes)
    if findings:
        store_result(image, result, findings, task_group)
