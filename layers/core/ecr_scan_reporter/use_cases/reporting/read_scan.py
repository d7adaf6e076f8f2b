"""Read all that a report needs of a scan that has ended: what does not depend on each other at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from ecr_scan_reporter.concurrency.task_groups import TaskGroup
from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.findings.findings import SUCCEEDED, ScanResult
from ecr_scan_reporter.domain.registry.images import Image, ImageId, ImageReference, Repository, ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.registry.tag_options import RepositoryOptions
from ecr_scan_reporter.domain.reports.freshness import is_behind
from ecr_scan_reporter.domain.scanning.deadlines import RESERVE_SECONDS
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import ImageNotFoundError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.reporting.stored_findings import Findings, ReadAhead
from ecr_scan_reporter.use_cases.repository_options import repository_options
from ecr_scan_reporter.use_cases.suppressions.ports import Suppressions

DELAYS_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0)


class Registry(Protocol):
    """The registry in which the scan ended."""

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterable[Image]:
        """Yield the named images that are there."""

    def scan_result(self, image: ImageId) -> ScanResult | None:
        """Return the last scan with all its findings, None where there is none. Raises ImageNotFoundError."""

    def repository_tags(self, repository: Repository) -> Mapping[str, str]:
        """Return the AWS tags of a repository."""


@dataclass(frozen=True, slots=True)
class RetryDelays:
    """How long to wait for an ECR that is behind its own event; `seconds_left` of the invocation, None for no limit."""

    sleep: Callable[[float], object]
    seconds_left: Callable[[], float | None]

    def waits(self) -> Iterator[None]:
        """Sleep before each item: half a minute together, and never into the time that the report itself needs."""
        for seconds in DELAYS_SECONDS:
            left = self.seconds_left()
            if left is not None and left < seconds + RESERVE_SECONDS:
                return
            self.sleep(seconds)
            yield


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a scan is read. Stored findings and suppressions are optional."""

    registry: Registry
    findings: Findings | None
    suppressions: Suppressions | None


@dataclass(frozen=True, slots=True)
class ScanRead:
    """What was read of a scan. `answer` is ECR's, None where it knows no scan. `is_gone`: the image is not there.

    The stored documents and the suppressions may still be on their way.
    """

    options: RepositoryOptions
    image: ScannedImage
    answer: ScanResult | None
    stored: ReadAhead | None
    suppressions: Callable[[], Iterable[Suppression]]
    is_gone: bool = False


def read_scan(
    event: ScanEvent, sources: Sources, owner_key: str, *, task_group: TaskGroup, delays: RetryDelays
) -> ScanRead:
    """Read the scan; again, and all of it, for as long as ECR is behind its event and there is time."""
    read = _read_once(event, sources, owner_key, task_group)
    if not read.options.is_excluded and is_behind(read.answer, event):
        for _ in delays.waits():
            read = _read_once(event, sources, owner_key, task_group)
            if not is_behind(read.answer, event):
                break
    return read


def _read_once(event: ScanEvent, sources: Sources, owner_key: str, task_group: TaskGroup) -> ScanRead:
    registry, findings = sources.registry, sources.findings
    suppressions: Callable[[], Iterable[Suppression]] = sources.suppressions.all if sources.suppressions else tuple
    with task_group() as start:
        options = start(partial(repository_options, registry, event.image.repository, owner_key))
        answer = start(partial(_ask, registry, event))
        described = start(partial(_describe, registry, event))
        stored = ReadAhead(findings, start) if findings else None
        if stored and (event.status in SUCCEEDED or event.status is ScanStatus.UNKNOWN):
            stored.expect(event.image, event.tags)
        if event.counts or event.is_enhanced:
            suppressions = start(suppressions)
    image = described()
    return ScanRead(options(), _scanned_image(event, image), answer(), stored, suppressions, is_gone=image is None)


def _ask(registry: Registry, event: ScanEvent) -> ScanResult | None:
    try:
        return registry.scan_result(event.image)
    except (ImageNotFoundError, RepositoryNotFoundError):
        # Gone for good, and no scan that ECR is yet to learn of.
        return ScanResult(ScanStatus.UNKNOWN)


def _describe(registry: Registry, event: ScanEvent) -> Image | None:
    try:
        images = registry.images_named(event.image.repository.name, [ImageReference(event.image.digest)])
        return next(iter(images), None)
    except (ImageNotFoundError, RepositoryNotFoundError):
        return None


def _scanned_image(event: ScanEvent, described: Image | None) -> ScannedImage:
    if described:
        return ScannedImage(event.image, described.tags, described.pushed_at)
    return ScannedImage(event.image, event.tags)
