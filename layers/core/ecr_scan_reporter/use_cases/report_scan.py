"""Report one scan that has ended: read its findings, remember its result, and tell people when it matters."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from ecr_scan_reporter.domain.changes import Baseline, fingerprint
from ecr_scan_reporter.domain.documents import counts_document
from ecr_scan_reporter.domain.finding_events import with_epss
from ecr_scan_reporter.domain.findings import ScanResult
from ecr_scan_reporter.domain.images import Image, ImageReference, Repository
from ecr_scan_reporter.domain.report_rules import ReportRules
from ecr_scan_reporter.domain.reports import ScannedImage, ScanReport, decide_report
from ecr_scan_reporter.domain.scan_events import ScanEvent
from ecr_scan_reporter.domain.scan_history import change_record, image_record
from ecr_scan_reporter.domain.scan_records import ChangeRecord, ImageRecord
from ecr_scan_reporter.domain.scan_status import RUNNING, ScanStatus
from ecr_scan_reporter.domain.suppressions import Suppression, suppress
from ecr_scan_reporter.errors import ImageNotFoundError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.keep_findings import (
    Compared,
    Findings,
    NewerResultKnownError,
    compare_with_kept,
    keep,
)
from ecr_scan_reporter.use_cases.read_options import read_options
from ecr_scan_reporter.use_cases.tell import NotAllToldError, Outlets


class Registry(Protocol):
    """The registry in which the scan ended."""

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterable[Image]:
        """Yield the named images that are there."""

    def scan_result(self, repository: str, digest: str) -> ScanResult | None:
        """Return the last scan with all its findings, None where there is none. Raises ImageNotFoundError."""

    def repository_tags(self, repository: Repository) -> Mapping[str, str]:
        """Return the AWS tags of a repository."""


class Ledger(Protocol):
    """Where results are remembered."""

    def record_result(self, record: ImageRecord, now: datetime) -> bool:
        """Write a result; return False when a newer one is there already."""

    def record_change(self, change: ChangeRecord, now: datetime) -> None:
        """Write what a scan changed."""


class Suppressions(Protocol):
    """Where the rules are kept."""

    def rules(self) -> Iterable[Suppression]:
        """Return all rules, also those that do not hold any more."""


class Hub(Protocol):
    """Where findings are collected, one by one."""

    def collect(self, image: ScannedImage, result: ScanResult, baseline: Baseline | None, now: datetime) -> None:
        """Write the findings, compared with those of a baseline; writing them again changes nothing."""


@dataclass(frozen=True, slots=True)
class Stores:
    """What is remembered, and the rules that people made. Each is optional."""

    ledger: Ledger | None = None
    findings: Findings | None = None
    suppressions: Suppressions | None = None
    hub: Hub | None = None


# What ECR answers when it knows nothing of an ended scan: not yet, not any more, or in words that are new to us.
_TELLS_NOTHING = RUNNING | {
    ScanStatus.NOT_SCANNED,
    ScanStatus.FINDINGS_UNAVAILABLE,
    ScanStatus.IMAGE_ARCHIVED,
    ScanStatus.UNKNOWN,
}


def report_scan(
    event: ScanEvent,
    registry: Registry,
    outlets: Outlets[ScanReport],
    stores: Stores,
    *,
    rules: ReportRules,
    now: datetime,
    epss: Mapping[str, float] | None = None,
) -> tuple[ScanReport | None, dict[str, str]]:
    """Report one scan; return the report and the ids of its messages by outlet, None and no ids when nothing is to say.

    When a step fails, the whole can be repeated without harm. The findings are kept when they have been told: what
    could not be told is still news to the next scan.
    """
    options = read_options(registry, event.repository, rules.owner_tag_key)
    if options.is_left_out:
        return None, {}
    image, result, is_read = _load(event, registry, now)
    if result.status is ScanStatus.UNKNOWN:  # Neither ECR nor the event tells what was found.
        return None, {}
    result = _suppress(image, replace(result, findings=with_epss(result.findings, epss or {})), stores, now)
    # A failed scan, or one whose findings are gone, has nothing to compare, and must not replace the last full result.
    # The events of enhanced scanning do not tell of all levels.
    is_full = result.is_full and (is_read or not event.is_enhanced)
    findings = stores.findings if is_full else None
    try:
        compared = compare_with_kept(image, result, findings) if findings else Compared(result)
    except NewerResultKnownError:
        return None, {}
    if stores.ledger:
        stores.ledger.record_result(image_record(image, compared.result, options.owner), now)
    rules = rules.of_changes if event.is_enhanced else rules
    report = decide_report(image, compared.result, rules, options, changes=compared.changes, findings_uri=compared.uri)
    finish = partial(_finish, image, compared, stores, now) if is_full else lambda: None
    return report, _tell(report, _key(event, image, compared), outlets, finish)


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


def _key(event: ScanEvent, image: ScannedImage, compared: Compared) -> str:
    """Return what tells this news from others: the event, or what has changed where many events tell of one scan."""
    if not event.is_enhanced:
        return event.event_id
    shown, before = compared.result.unsuppressed, compared.baseline.findings if compared.baseline else ()
    changed = f"{counts_document(shown.counts)}/{fingerprint(shown.findings)}/{fingerprint(before)}"
    return f"{image.repository}@{image.digest}/{changed}"


def _load(event: ScanEvent, registry: Registry, now: datetime) -> tuple[ScannedImage, ScanResult, bool]:
    """Read the image and its findings; where they are gone, the event tells what it knows, and the flag is False."""
    result: ScanResult | None = None
    described: Image | None = None
    try:
        result = registry.scan_result(event.repository.name, event.digest)
        described = next(iter(registry.images_named(event.repository.name, [ImageReference(event.digest)])), None)
    except (ImageNotFoundError, RepositoryNotFoundError):
        pass
    image = ScannedImage(
        repository=event.repository,
        digest=event.digest,
        tags=described.tags if described else event.tags,
        pushed_at=described.pushed_at if described else None,
    )
    # ECR may tell of a later scan already; and for a moment it may not know of this one yet.
    if result is None or result.status in _TELLS_NOTHING:
        return image, ScanResult(event.status, event.at, counts=event.counts), False
    # Enhanced scanning never ends: what ECR says without a date holds now.
    ended_at = now if event.is_enhanced else event.at
    return image, replace(result, completed_at=result.completed_at or ended_at), True


def _suppress(image: ScannedImage, result: ScanResult, stores: Stores, now: datetime) -> ScanResult:
    if not stores.suppressions or not result.findings:
        return result
    rules, today = stores.suppressions.rules(), now.astimezone(UTC).date()
    found = suppress(result.findings, repository=image.repository.name, tags=image.tags, rules=rules, today=today)
    return replace(result, findings=found)


def _finish(image: ScannedImage, compared: Compared, stores: Stores, now: datetime) -> None:
    """Write down what was told: again is no harm, and what was not told for good stays news."""
    result, changes = compared.result, compared.changes
    change = change_record(image, result, changes) if changes else None
    if stores.ledger and change:
        stores.ledger.record_change(change, now)
    if stores.hub:
        stores.hub.collect(image, result, compared.baseline, now)
    if stores.findings:
        keep(image, result, stores.findings)
