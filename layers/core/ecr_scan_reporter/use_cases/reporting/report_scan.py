"""Report one scan that has ended: read its findings, remember its result, and tell people when it matters."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from ecr_scan_reporter.concurrency.together import Together, finish_all
from ecr_scan_reporter.domain.events.inspector import with_epss
from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.findings.answers import known_result, scan_identity
from ecr_scan_reporter.domain.findings.changes import Baseline, fingerprint
from ecr_scan_reporter.domain.findings.documents import counts_document
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord
from ecr_scan_reporter.domain.ledger.results import change_record, image_record
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.reports.policy import ReportRules
from ecr_scan_reporter.domain.reports.reports import ScannedImage, ScanReport, decide_report
from ecr_scan_reporter.domain.suppressions.rules import Suppression, suppress
from ecr_scan_reporter.use_cases.delivery import NotAllToldError, Outlets
from ecr_scan_reporter.use_cases.reporting.read_scan import (
    Patience,
    Registry,
    ScanRead,
    Sources,
    Suppressions,
    read_scan,
)
from ecr_scan_reporter.use_cases.reporting.stored_findings import (
    Compared,
    Findings,
    NewerResultKnownError,
    compare_with_kept,
    keep,
)


class Ledger(Protocol):
    """Where results are remembered."""

    def record_result(self, record: ImageRecord, now: datetime) -> bool:
        """Write a result; return False when a newer one, or the same failure, is there already."""

    def record_change(self, change: ChangeRecord, now: datetime) -> None:
        """Write what a scan changed."""


class Hub(Protocol):
    """Where findings are collected, one by one."""

    def collect(self, image: ScannedImage, result: ScanResult, baseline: Baseline | None, now: datetime) -> None:
        """Write the findings, compared with those of a baseline; writing them again changes nothing."""


@dataclass(frozen=True, slots=True)
class Stores:
    """What is remembered, and the rules that people made; each is optional.

    `on_problem` is told, in words, of a kept result that cannot be read.
    """

    ledger: Ledger | None = None
    findings: Findings | None = None
    suppressions: Suppressions | None = None
    hub: Hub | None = None
    on_problem: Callable[[str], object] = str


@dataclass(frozen=True, slots=True)
class Pace:
    """What may happen at once, and how long to wait for ECR."""

    together: Together
    patience: Patience


def report_scan(
    event: ScanEvent,
    registry: Registry,
    outlets: Outlets[ScanReport],
    stores: Stores,
    *,
    rules: ReportRules,
    now: datetime,
    pace: Pace,
    epss: Mapping[str, float] | None = None,
) -> tuple[ScanReport | None, dict[str, str]]:
    """Report one scan; return the report and the ids of its messages by outlet, None and no ids when nothing is to say.

    When a step fails, the whole can be repeated without harm. The findings are kept when they have been told: what
    could not be told is still news to the next scan.
    """
    sources = Sources(registry, stores.findings, stores.suppressions)
    read = read_scan(event, sources, rules.owner_tag_key, together=pace.together, patience=pace.patience)
    result, is_read = known_result(read.answer, event, now)
    # Of an unknown status: neither ECR nor the event tells what was found.
    if read.options.is_left_out or result.status is ScanStatus.UNKNOWN:
        return None, {}
    image = read.image
    result = _suppress(image, replace(result, findings=with_epss(result.findings, epss or {})), read.rules, now)
    # A failed scan, or one whose findings are gone, has nothing to compare, and must not replace the last full result;
    # nor must what an event tells, which is the number of findings at the most.
    is_full = result.is_full and is_read
    kept = read.kept if is_full else None
    try:
        compared = compare_with_kept(image, result, kept, now) if kept else Compared(result)
    except NewerResultKnownError:
        return None, {}
    if compared.problem:
        stores.on_problem(compared.problem)
    if not _remember(image, compared, read, stores, now) and not kept:
        return None, {}
    rules = rules.of_changes if event.is_enhanced else rules
    report = decide_report(
        image, compared.result, rules, read.options, changes=compared.changes, findings_uri=compared.uri
    )
    finish = partial(_finish, image, compared, stores, kept, now, pace.together) if is_full else lambda: None
    return report, _tell(report, _key(event, read, compared), outlets, finish)


def _remember(image: ScannedImage, compared: Compared, read: ScanRead, stores: Stores, now: datetime) -> bool:
    """Write the result to the ledger; return False when that knows of it, or of a newer one, by another event."""
    if not stores.ledger:
        return True
    return stores.ledger.record_result(image_record(image, compared.result, read.options.owner), now)


def _tell(
    report: ScanReport | None, key: str, outlets: Outlets[ScanReport], finish: Callable[[], None]
) -> dict[str, str]:
    """Tell the report, if there is one, and finish: also when only some could be told, and the others never can."""
    ids: dict[str, str] = {}
    if report:
        try:
            ids = outlets.tell(report, key)
        except NotAllToldError as error:
            if error.is_for_good:
                finish()
            raise
    finish()
    return ids


def _key(event: ScanEvent, read: ScanRead, compared: Compared) -> str:
    """Return what tells this news from others: the scan, or what has changed where many events tell of one scan."""
    if not event.is_enhanced:
        return scan_identity(read.answer, event)
    shown, before = compared.result.unsuppressed, compared.baseline.findings if compared.baseline else ()
    changed = f"{counts_document(shown.counts)}/{fingerprint(shown.findings)}/{fingerprint(before)}"
    return f"{event.repository}@{event.digest}/{changed}"


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


def _finish(
    image: ScannedImage, compared: Compared, stores: Stores, kept: Findings | None, now: datetime, together: Together
) -> None:
    """Write down what was told: again is no harm, and what was not told for good stays news.

    The findings come last: with them kept, a repetition finds no changes, and nothing to tell the hub.
    """
    result, changes = compared.result, compared.changes
    change = change_record(image, result, changes) if changes else None
    writes: list[Callable[[], object]] = []
    if stores.ledger and change:
        writes.append(partial(stores.ledger.record_change, change, now))
    if stores.hub:
        writes.append(partial(stores.hub.collect, image, result, compared.baseline, now))
    finish_all(together, *writes)
    if kept:
        keep(image, result, kept, together)
