"""Ask ECR for the results of scans that ended before anything was stored, and store them without notifying anybody.

A stored baseline says that nobody got a report of it, as the reporter does of a report that was not delivered. So an
event of the same scan that is still on its way is reported in full, and a later scan reports only what is new since.

Elsewhere than at home, no event of a scan arrives: the images scanner has the reporter report what it started there,
with a later run. So results of there are in the snapshot alone until the reporter stores one: its first report is full.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from ecr_scan_reporter.concurrency.threads import ConcurrentMap
from ecr_scan_reporter.domain.findings.changes import with_history
from ecr_scan_reporter.domain.findings.documents import result_document
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.findings.stored_document import StoredDocument
from ecr_scan_reporter.domain.inventory.baselines import ASKED_AGAIN_AFTER, share_to_ask
from ecr_scan_reporter.domain.ledger.entries import ImageState
from ecr_scan_reporter.domain.ledger.records import ImageRecord
from ecr_scan_reporter.domain.ledger.results import image_record
from ecr_scan_reporter.domain.registry.discovery import Home
from ecr_scan_reporter.domain.registry.images import ImageId, ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import RUNNING, LastScan
from ecr_scan_reporter.domain.suppressions.rules import Suppression, suppress
from ecr_scan_reporter.errors import CallFailedError, ImageNotFoundError, InvalidInputError, RepositoryNotFoundError
from ecr_scan_reporter.snapshot.writing.builder import SnapshotBuilder
from ecr_scan_reporter.use_cases.inventory.progress import InventoryProgress
from ecr_scan_reporter.use_cases.reporting.stored_findings import MAX_TAGS, UNDELIVERED


class Registry(Protocol):
    """The registry of the images."""

    def scan_result(self, image: ImageId) -> ScanResult | None:
        """Return the last scan with all its findings, None where there is none. Raises ImageNotFoundError."""


class Baselines(Protocol):
    """Where results are stored."""

    def add_result(self, image: ImageId, document: Mapping[str, Any]) -> str | None:
        """Store a result where there is none; return its version, None where there is one by now."""

    def load_result(self, image: ImageId) -> StoredDocument | None:
        """Return the stored result of an image, None where there is none. Raises InvalidInputError."""

    def add_tag(self, image: ImageId, tag: str) -> None:
        """Store that an image has a tag, where no image had it."""


class Ledger(Protocol):
    """Where results are recorded."""

    def record_result(self, record: ImageRecord, now: datetime) -> bool:
        """Write a result; return False when a newer one is there already."""


@dataclass(frozen=True, slots=True)
class BaselineStores:
    """Where a baseline goes. Without them it is only in the snapshot."""

    results: Baselines
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class _Answer:
    """What ECR says of an image, as it is stored in this version; an error where it says nothing."""

    image: ScannedImage
    result: ScanResult | None = None
    document: StoredDocument | None = None
    error: CallFailedError | InvalidInputError | None = None


class BaselineAsker:
    """Asks ECR about images, several at a time. `suppressions` are those in force.

    `home` is where events of scans arrive, None where all images are.
    """

    def __init__(
        self,
        registry: Registry,
        stores: BaselineStores | None,
        suppressions: Sequence[Suppression],
        concurrently: ConcurrentMap,
        now: datetime,
        home: Home | None = None,
    ) -> None:
        self._registry, self._stores, self._suppressions = registry, stores, suppressions
        self._concurrently, self._now, self._home = concurrently, now, home

    def ask(
        self,
        builder: SnapshotBuilder,
        *,
        most: int | None = None,
        time_is_up: Callable[[], bool],
        on_problem: Callable[[str], object],
        progress: InventoryProgress,
    ) -> int:
        """Ask about images without a stored result, a share of them (or `most`); return how many were asked about.

        Without the right to read findings of a registry, few of it are asked about, and `on_problem` gets the reason.
        """
        before = self._now - ASKED_AGAIN_AFTER
        number = most or share_to_ask(builder.number_without_result(before))
        images = builder.without_result(number, before)
        denied: set[tuple[str, str]] = set()

        def wanted() -> Iterator[tuple[ScannedImage, str]]:
            for image in images:
                if time_is_up():
                    return
                if _registry_of(image[0]) not in denied:
                    yield image

        asked = 0
        progress.begin("images", len(images))
        for answer in self._concurrently(lambda item: self._ask(*item), wanted()):
            asked += 1
            progress.advance()
            error = self._take(answer, builder)
            if error:
                on_problem(f"{answer.image.id}: {error}")
            if isinstance(error, CallFailedError) and error.is_denied:
                denied.add(_registry_of(answer.image))
        return asked

    def _ask(self, image: ScannedImage, owner: str) -> _Answer:
        try:
            result = self._registry.scan_result(image.id)
            if result is None or not result.is_full:
                return _Answer(image, result)
            return _Answer(image, result, self._store(image, self._dated(image, result), owner))
        except (ImageNotFoundError, RepositoryNotFoundError):
            return _Answer(image)
        except (CallFailedError, InvalidInputError) as error:
            return _Answer(image, error=error)

    def _take(self, answer: _Answer, builder: SnapshotBuilder) -> CallFailedError | InvalidInputError | None:
        """Write an answer, and that ECR was asked; return what is wrong with the answer."""
        error = answer.error or _write(answer, builder)
        note = builder.note_tried if error or self._ends_unseen(answer) else builder.note_asked
        note(answer.image.id)
        return error

    def _is_at_home(self, image: ScannedImage) -> bool:
        return self._home is None or _registry_of(image) == (self._home.account, self._home.region)

    def _ends_unseen(self, answer: _Answer) -> bool:
        """Return whether a scan still runs of whose end no event tells: it must be asked about again."""
        return answer.result is not None and answer.result.status in RUNNING and not self._is_at_home(answer.image)

    def _dated(self, image: ScannedImage, result: ScanResult) -> ScanResult:
        """Return the result as the reporter stores one: each finding with its date, and with what suppresses it."""
        dated = with_history(result, None)
        findings = suppress(
            dated.findings,
            repository=image.repository.name,
            tags=image.tags,
            suppressions=self._suppressions,
            today=self._now.date(),
        )
        return replace(dated, findings=findings)

    def _store(self, image: ScannedImage, result: ScanResult, owner: str) -> StoredDocument | None:
        document = result_document(image, result) | {UNDELIVERED: {}}
        if self._stores is None or not self._is_at_home(image):
            return StoredDocument(document, "asked")
        version = self._stores.results.add_result(image.id, document)
        if version is None:  # Another build or the reporter was faster, and the journal may not name it any more.
            return self._stores.results.load_result(image.id)
        for tag in image.tags[:MAX_TAGS]:
            self._stores.results.add_tag(image.id, tag)
        self._stores.ledger.record_result(image_record(image, result, owner), self._now)
        return StoredDocument(document, version)


def _write(answer: _Answer, builder: SnapshotBuilder) -> InvalidInputError | None:
    """Write an answer; return what is wrong with its document."""
    if answer.result:
        scan = LastScan(answer.result.status, answer.result.completed_at, description=answer.result.description)
        builder.write_state(ImageState(answer.image.id, scanner=scan))
    try:
        if answer.document:
            builder.write_result(answer.image.id, answer.document)
    except InvalidInputError as error:
        return error
    return None


def _registry_of(image: ScannedImage) -> tuple[str, str]:
    return image.repository.registry_id, image.repository.region
