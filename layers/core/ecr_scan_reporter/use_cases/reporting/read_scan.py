"""Read all that a report needs of a scan that has ended: what does not depend on each other at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from ecr_scan_reporter.concurrency.together import Together
from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.findings.answers import is_behind
from ecr_scan_reporter.domain.findings.findings import SUCCEEDED, ScanResult
from ecr_scan_reporter.domain.registry.images import Image, ImageReference, Repository
from ecr_scan_reporter.domain.registry.options import RepositoryOptions
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.reports.reports import ScannedImage
from ecr_scan_reporter.domain.scanning.deadlines import RESERVE_SECONDS
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import ImageNotFoundError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.reporting.stored_findings import Findings, ReadAhead
from ecr_scan_reporter.use_cases.repository_options import read_options

PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0)


class Registry(Protocol):
    """The registry in which the scan ended."""

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterable[Image]:
        """Yield the named images that are there."""

    def scan_result(self, repository: str, digest: str) -> ScanResult | None:
        """Return the last scan with all its findings, None where there is none. Raises ImageNotFoundError."""

    def repository_tags(self, repository: Repository) -> Mapping[str, str]:
        """Return the AWS tags of a repository."""


class Suppressions(Protocol):
    """The stored suppressions."""

    def all(self) -> Iterable[Suppression]:
        """Return all suppressions, also those that have ended."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an ECR that is behind its own event; `seconds_left` of the invocation, None for no limit."""

    sleep: Callable[[float], object]
    seconds_left: Callable[[], float | None]

    def pauses(self) -> Iterator[None]:
        """Sleep before each item: half a minute together, and never into the time that the report itself needs."""
        for seconds in PAUSES_SECONDS:
            left = self.seconds_left()
            if left is not None and left < seconds + RESERVE_SECONDS:
                return
            self.sleep(seconds)
            yield


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a scan is read. What is kept and the rules are optional."""

    registry: Registry
    findings: Findings | None
    suppressions: Suppressions | None


@dataclass(frozen=True, slots=True)
class ScanRead:
    """What was read of a scan. `answer` is ECR's, None where it knows no scan; the documents and rules may follow."""

    options: RepositoryOptions
    image: ScannedImage
    answer: ScanResult | None
    kept: ReadAhead | None
    rules: Callable[[], Iterable[Suppression]]


def read_scan(
    event: ScanEvent, sources: Sources, owner_key: str, *, together: Together, patience: Patience
) -> ScanRead:
    """Read the scan; again, and all of it, for as long as ECR is behind its event and there is time."""
    read = _read_once(event, sources, owner_key, together)
    if not read.options.is_left_out and is_behind(read.answer, event):
        for _ in patience.pauses():
            read = _read_once(event, sources, owner_key, together)
            if not is_behind(read.answer, event):
                break
    return read


def _read_once(event: ScanEvent, sources: Sources, owner_key: str, together: Together) -> ScanRead:
    registry, findings, suppressions = sources.registry, sources.findings, sources.suppressions
    rules: Callable[[], Iterable[Suppression]] = suppressions.all if suppressions else tuple
    with together() as start:
        options = start(partial(read_options, registry, event.repository, owner_key))
        answer = start(partial(_ask, registry, event))
        described = start(partial(_describe, registry, event))
        kept = ReadAhead(findings, start) if findings else None
        if kept and (event.status in SUCCEEDED or event.status is ScanStatus.UNKNOWN):
            kept.expect(event.repository, event.digest, event.tags)
        if event.counts or event.is_enhanced:
            rules = start(rules)
    return ScanRead(options(), _scanned_image(event, described()), answer(), kept, rules)


def _ask(registry: Registry, event: ScanEvent) -> ScanResult | None:
    try:
        return registry.scan_result(event.repository.name, event.digest)
    except (ImageNotFoundError, RepositoryNotFoundError):
        # Gone for good, and no scan that ECR is yet to learn of.
        return ScanResult(ScanStatus.UNKNOWN)


def _describe(registry: Registry, event: ScanEvent) -> Image | None:
    try:
        return next(iter(registry.images_named(event.repository.name, [ImageReference(event.digest)])), None)
    except (ImageNotFoundError, RepositoryNotFoundError):
        return None


def _scanned_image(event: ScanEvent, described: Image | None) -> ScannedImage:
    return ScannedImage(
        repository=event.repository,
        digest=event.digest,
        tags=described.tags if described else event.tags,
        pushed_at=described.pushed_at if described else None,
    )
