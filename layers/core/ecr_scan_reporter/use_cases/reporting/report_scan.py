"""Report one scan that has ended: read its findings, record its result, and deliver a message when it matters."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from ecr_scan_reporter.concurrency.task_groups import TaskGroup, run_all
from ecr_scan_reporter.domain.events.inspector import with_epss
from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.exploits.known import FEEDS_OFF, NOTHING_KNOWN, Exploits
from ecr_scan_reporter.domain.findings.changes import fingerprint
from ecr_scan_reporter.domain.findings.documents import counts_document
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.findings.importance import with_exploits
from ecr_scan_reporter.domain.ledger.results import image_record, is_repeated
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
    read_scan,
)
from ecr_scan_reporter.use_cases.reporting.recording import Stores, failing_since_of, record_failure, record_report
from ecr_scan_reporter.use_cases.reporting.stored_findings import (
    Comparison,
    Findings,
    compare_with_stored,
    tag_writes,
)


def nothing_known(now: datetime) -> Exploits:  # noqa: ARG001 - as ReportTools.exploits
    """Return that nothing is known of exploits: the feeds are off."""
    return FEEDS_OFF


@dataclass(frozen=True, slots=True)
class ReportTools:
    """What a report works with. `exploits` returns what is known of exploits at a moment."""

    registry: Registry
    channels: Channels[ScanReport]
    stores: Stores
    task_group: TaskGroup
    retry_delays: RetryDelays
    exploits: Callable[[datetime], Exploits] = nothing_known


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
    # The status is unknown when neither ECR nor the event has a result.
    if read.options.is_excluded or result.status is ScanStatus.UNKNOWN:
        return None, Delivery()
    image, suppressions = read.image, list(read.suppressions()) if result.findings else []
    exploits = tools.exploits(now) if result.findings else NOTHING_KNOWN
    weigh = partial(with_exploits, exploits=exploits, epss_threshold=policy.epss_threshold)
    result = replace(result, findings=weigh(with_epss(result.findings, epss or {})))
    result = _suppress(image, result, suppressions, now)
    # A failed scan, or one whose findings are gone, has nothing to compare, and must not replace the last full result;
    # nor must an event, which has the number of findings at the most.
    is_full = result.is_full and is_read
    stored = read.stored if is_full else None
    told = exploits.told_of(image.digest)
    comparison = (
        compare_with_stored(image, result, stored, now, weigh=weigh, told=told, is_enhanced=event.is_enhanced)
        if stored
        else Comparison(result)
    )
    if comparison is None:  # A later scan was reported already.
        return None, Delivery()
    if comparison.problem:
        stores.on_problem(comparison.problem)
    if comparison.unrecorded and stores.ledger:
        stores.ledger.record_change(comparison.unrecorded, now)
    if stored and comparison.is_reported and not event.is_enhanced:
        # Another event of the same scan has reported it, and may have ended before its last step.
        run_all(tools.task_group, *tag_writes(image, stored))
        return None, Delivery()
    scan = _Scan(event, read, comparison, tuple(suppressions), is_full, stored, exploits)
    return _report(scan, tools, policy.of_changes if event.is_enhanced else policy, now)


@dataclass(frozen=True, slots=True)
class _Scan:
    """A scan that was read and compared. `stored` is where its findings are stored, None where they are not to be."""

    event: ScanEvent
    read: ScanRead
    comparison: Comparison
    suppressions: tuple[Suppression, ...]
    is_full: bool
    stored: Findings | None
    exploits: Exploits


def _report(scan: _Scan, tools: ReportTools, policy: ReportPolicy, now: datetime) -> tuple[ScanReport | None, Delivery]:
    read, comparison, stores, image = scan.read, scan.comparison, tools.stores, scan.read.image
    failing = failing_since_of(image, comparison.result, stores.ledger)
    is_old_failure = is_repeated(comparison.result, failing)
    # A failure stays news until its report is delivered.
    record = image_record(image, comparison.result, read.options.owner, failing if is_old_failure else None)
    # An image that is gone stays out of the ledger: the event of its deletion may have come already.
    is_recorded = stores.ledger is None or read.is_gone or stores.ledger.record_result(record, now)
    if not is_recorded and not scan.stored:  # Another event of the same scan, or of a later one, came first.
        return None, Delivery()
    report = decide_report(
        image,
        comparison.result,
        policy,
        read.options,
        changes=comparison.changes,
        findings_uri=comparison.uri,
        suppressions=scan.suppressions,
        is_repeated=is_old_failure,
        exploits=scan.exploits,
    )
    delivery = tools.channels.deliver(report, _key(scan.event, read, comparison)) if report else Delivery()
    if delivery.is_final and scan.is_full:
        thresholds, is_delivered = read.options.thresholds(policy.thresholds), not delivery.errors
        record_report(
            image, comparison, thresholds, stores, scan.stored, tools.task_group, now, is_delivered=is_delivered
        )
    if report and delivery.is_final and not read.is_gone:
        record_failure(record, failing, stores.ledger, now)
    delivery.raise_for_errors()
    return report, delivery


def _key(event: ScanEvent, read: ScanRead, comparison: Comparison) -> str:
    """Return the identity of this news: the scan, or the changes where many events come from one scan."""
    if not event.is_enhanced:
        return scan_identity(read.answer, event)
    shown, before = comparison.result.unsuppressed, comparison.baseline.findings if comparison.baseline else ()
    exploited = comparison.changes.exploited if comparison.changes else ()
    changed = f"{counts_document(shown.counts)}/{fingerprint(shown.findings)}/{fingerprint(before)}"
    changed += f"/{fingerprint(exploited)}" if exploited else ""
    return f"{event.image}/{changed}"


def _suppress(
    image: ScannedImage, result: ScanResult, suppressions: Iterable[Suppression], now: datetime
) -> ScanResult:
    today = now.astimezone(UTC).date()
    repository, tags = image.repository.name, image.tags
    found = suppress(result.findings, repository=repository, tags=tags, suppressions=suppressions, today=today)
    return replace(result, findings=found)
