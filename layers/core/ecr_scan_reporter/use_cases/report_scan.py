"""Report one scan that has ended: read its findings, remember its result, and tell people when it matters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from ecr_scan_reporter.domain.changes import Baseline, Changes, NotifyOn, compare
from ecr_scan_reporter.domain.documents import findings_key, parse_baselines, result_document, tag_key
from ecr_scan_reporter.domain.findings import ScanResult
from ecr_scan_reporter.domain.images import Image, ImageReference, Repository
from ecr_scan_reporter.domain.messages import Notification, compose_notification
from ecr_scan_reporter.domain.reports import ScannedImage, ScanReport, decide_report
from ecr_scan_reporter.domain.scan_events import ScanEvent
from ecr_scan_reporter.domain.scan_status import RUNNING, LastScan, ScanStatus
from ecr_scan_reporter.domain.severities import SeverityCounts
from ecr_scan_reporter.domain.thresholds import Thresholds
from ecr_scan_reporter.errors import ImageNotFoundError, RepositoryNotFoundError

# An image with more tags is compared, and found again, by the first of them.
MOST_TAGS = 20


class Registry(Protocol):
    """The registry in which the scan ended."""

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterable[Image]:
        """Yield the named images that are there."""

    def scan_result(self, repository: str, digest: str) -> ScanResult | None:
        """Return the last scan with all its findings, None where there is none. Raises ImageNotFoundError."""


class Ledger(Protocol):
    """Where results are remembered."""

    def record_result(
        self, repository: Repository, digest: str, scan: LastScan, counts: SeverityCounts, now: datetime
    ) -> bool:
        """Write a result; return False when a newer one is there already."""


class Findings(Protocol):
    """Where full results are kept."""

    def uri(self, key: str) -> str:
        """Return the address of a document."""

    def load(self, key: str) -> Mapping[str, Any] | None:
        """Return a document, None where there is none."""

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        """Write a document."""


class Topic(Protocol):
    """Where people listen."""

    def publish(self, notification: Notification) -> str:
        """Publish and return the id of the message."""


@dataclass(frozen=True, slots=True)
class ReportRules:
    """When somebody is told."""

    thresholds: Thresholds
    notify_on_failure: bool = True
    notify_on: NotifyOn = NotifyOn.ALL


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
    topic: Topic,
    ledger: Ledger | None,
    findings: Findings | None,
    *,
    rules: ReportRules,
    now: datetime,
) -> tuple[ScanReport | None, str]:
    """Report one scan; return the report and the id of its message, or None and an empty id when nothing is to say.

    The result is remembered before it is told: when a later step fails, the whole can be repeated without harm.
    """
    image, result = _load(event, registry)
    if ledger:
        last = LastScan(result.status, scanned_at=result.completed_at)
        ledger.record_result(image.repository, image.digest, last, result.counts, now)
    # A failed scan, or one whose findings are gone, has nothing to compare, and must not replace the last full result.
    findings_uri, changes = "", None
    if findings and result.is_full:
        try:
            findings_uri, changes = _keep(image, result, findings)
        except _NewerResultKnownError:
            return None, ""
    report = decide_report(
        image,
        result,
        thresholds=rules.thresholds,
        notify_on_failure=rules.notify_on_failure,
        notify_on=rules.notify_on,
        changes=changes,
        findings_uri=findings_uri,
    )
    return (report, topic.publish(compose_notification(report))) if report else (None, "")


def _load(event: ScanEvent, registry: Registry) -> tuple[ScannedImage, ScanResult]:
    """Read the image and its findings; where they are gone, the event tells what it knows."""
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
    return image, _told_by(event, result)


def _told_by(event: ScanEvent, result: ScanResult | None) -> ScanResult:
    """Prefer what ECR says, which may be of a later scan; for a moment it may not know of this one yet."""
    if result is None or result.status in _TELLS_NOTHING:
        return ScanResult(event.status, event.at, counts=event.counts)
    return replace(result, completed_at=result.completed_at or event.at)


class _NewerResultKnownError(Exception):
    """A later scan has been handled already: this one has no news."""


def _keep(image: ScannedImage, result: ScanResult, findings: Findings) -> tuple[str, Changes | None]:
    """Save the full result; return its address, and what has changed against the one before."""
    key = findings_key(image.repository, image.digest)
    stored = findings.load(key)
    baseline = _baseline(stored, result) if stored else _baseline_of_tag(image, findings)
    findings.save(key, result_document(image, result, baseline))
    told_tags = stored["imageTags"] if stored else ()
    for tag in image.tags[:MOST_TAGS]:
        if tag not in told_tags:
            findings.save(tag_key(image.repository, tag), {"imageDigest": image.digest})
    return findings.uri(key), compare(baseline, result.findings) if baseline else None


def _baseline(stored: Mapping[str, Any], result: ScanResult) -> Baseline | None:
    """Return the last full result of the image; where that is this very scan, what it was compared with."""
    last, before = parse_baselines(stored)
    if last.completed_at and result.completed_at:
        # Kept to the second.
        completed_at = result.completed_at.replace(microsecond=0)
        if last.completed_at > completed_at:
            raise _NewerResultKnownError
        if last.completed_at == completed_at:
            return before
    return last


def _baseline_of_tag(image: ScannedImage, findings: Findings) -> Baseline | None:
    """Return the last full result of the image that had one of the tags before."""
    for tag in image.tags[:MOST_TAGS]:
        pointer = findings.load(tag_key(image.repository, tag))
        stored = pointer and findings.load(findings_key(image.repository, pointer["imageDigest"]))
        if stored:
            return parse_baselines(stored)[0]
    return None
