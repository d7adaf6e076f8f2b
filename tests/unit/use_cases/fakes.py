"""Stand-ins for AWS: they record their calls, and answer as a test configures them."""

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.findings.stored_document import StoredDocument
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.messages.sns import Notification
from ecr_scan_reporter.domain.registry.images import Image, ImageId, ImageReference, Repository, TagStatus
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus, latest
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import RepositoryNotFoundError

Item = TypeVar("Item")
Result = TypeVar("Result")

Answers = Mapping[str, StartScanResult | Exception]


def one_at_a_time(function: Callable[[Item], Result], items: Iterable[Item]) -> Generator[Result, None, None]:
    """A ConcurrentMap without threads."""
    yield from map(function, items)


@dataclass
class FakeRegistry:
    """A registry with one repository. What it is asked about images lies in `asked` and `started`, by digest."""

    listed: Sequence[Image] | None = ()
    scans: Mapping[str, LastScan | Exception] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    enhanced: bool = False
    region: str = "eu-west-1"
    registry_id: str = "123456789012"
    tags: Mapping[str, str] | Exception = field(default_factory=dict)
    result: ScanResult | Exception | None = None
    listings: list[TagStatus] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)

    def images(self, repository: str, tag_status: TagStatus) -> Iterator[Image]:
        self.listings.append(tag_status)
        if self.listed is None:
            raise RepositoryNotFoundError(repository)
        yield from self.listed

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterator[Image]:
        for image in self.listed or ():
            if any(reference.digest == image.digest or reference.tag in image.tags for reference in references):
                yield image

    def is_enhanced(self) -> bool:
        return self.enhanced

    def repository_tags(self, repository: Repository) -> Mapping[str, str]:
        return given(self.tags)

    def last_scan(self, image: Image) -> LastScan:
        self.asked.append(image.digest)
        return given(self.scans.get(image.digest, LastScan(ScanStatus.NOT_SCANNED)))

    def start_scan(self, image: Image) -> StartScanResult:
        self.started.append(image.digest)
        return given(self.answers.get(image.digest, StartScanResult.STARTED))

    def scan_result(self, image: ImageId) -> ScanResult | None:
        return given(self.result)


def given(answer: Result | Exception) -> Result:
    """Return the answer, or raise it when it is an error."""
    if isinstance(answer, Exception):
        raise answer
    return answer


@dataclass
class FakeLedger:
    """A ledger in memory. `writes` has the size of each batch."""

    known: dict[str, LastScan] = field(default_factory=dict)
    until: datetime | None = None
    spent: int = 0
    spendings: list[int] = field(default_factory=list)
    writes: list[int] = field(default_factory=list)
    questions: list[Sequence[str] | None] = field(default_factory=list)
    results: list[ImageRecord] = field(default_factory=list)
    changes: list[ChangeRecord] = field(default_factory=list)
    coverages: list[RepositoryCoverage] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)

    def last_scans(
        self, repository: Repository, digests: Sequence[str] | None = None
    ) -> Iterator[tuple[str, LastScan]]:
        self.questions.append(digests)
        yield from list(self.known.items())

    def remember(self, repository: Repository, scans: Mapping[str, LastScan], now: datetime) -> None:
        self.writes.append(len(scans))
        for digest, scan in scans.items():
            joined = latest(scan, self.known.get(digest))
            if joined:
                self.known[digest] = joined

    def paused_until(self, repository: Repository) -> datetime | None:
        return self.until

    def pause(self, repository: Repository, until: datetime) -> None:
        self.until = until

    def spend(self, repository: Repository, wanted: int, budget: int, now: datetime) -> int:
        granted = max(min(wanted, budget - self.spent), 0)
        self.spendings.append(granted)
        self.spent += granted
        return granted

    def refund(self, repository: Repository, unused: int, now: datetime) -> None:
        self.spent -= unused

    def record_result(self, record: ImageRecord, now: datetime) -> bool:
        if any(_outlasts(known.scan, record.scan) for known in self.results if known.image == record.image):
            return False
        self.steps.append("ledger")
        self.results.append(record)
        return True

    def last_result(self, image: ImageId) -> ImageRecord | None:
        return next((record for record in reversed(self.results) if record.image == image), None)

    def record_change(self, change: ChangeRecord, now: datetime) -> None:
        if change not in self.changes:
            self.changes.append(change)

    def forget(self, repository: Repository, digests: Iterable[str]) -> None:
        for digest in digests:
            del self.known[digest]

    def record_coverage(self, coverage: RepositoryCoverage, now: datetime) -> None:
        self.coverages.append(coverage)


def _outlasts(known: LastScan, other: LastScan) -> bool:
    if not known.scanned_at or not other.scanned_at or known.scanned_at == other.scanned_at:
        return False
    is_same_failure = known.status is other.status is ScanStatus.FAILED
    return known.scanned_at > other.scanned_at - (timedelta(hours=12) if is_same_failure else timedelta(0))


@dataclass
class FakeQueue:
    """A queue that cannot send the jobs of the repositories in `broken`."""

    broken: frozenset[str] = frozenset()
    sent: list[tuple[ScanJob, int]] = field(default_factory=list)

    def send(self, job: ScanJob, delay_seconds: int = 0) -> None:
        self.sent.append((job, delay_seconds))

    def send_all(self, jobs: Iterable[ScanJob]) -> Iterator[tuple[ScanJob, str]]:
        for job in jobs:
            if job.repository in self.broken:
                yield job, "InternalError: try again"
            else:
                self.send(job)
                yield job, ""


@dataclass
class FakeTopic:
    """A topic; a publication fails with `error`, if there is one."""

    steps: list[str] = field(default_factory=list)
    published: list[Notification] = field(default_factory=list)
    error: Exception | None = None

    def publish(self, notification: Notification) -> str:
        if self.error:
            raise self.error
        self.steps.append("topic")
        self.published.append(notification)
        return f"message-{len(self.published)}"


@dataclass
class FakeFindings:
    """A findings bucket in memory; writing to it fails with `error`, if there is one."""

    steps: list[str] = field(default_factory=list)
    saved: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    error: Exception | None = None

    def uri(self, key: str) -> str:
        return f"s3://findings/{key}"

    def load(self, key: str) -> StoredDocument | None:
        document = self.saved.get(key)
        return None if document is None else StoredDocument(document, _version(document))

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        if self.error:
            raise self.error
        self.steps.append(key.partition("/")[0])
        self.saved[key] = json.loads(json.dumps(document))

    def replace(self, key: str, document: Mapping[str, Any], known: StoredDocument | None) -> bool:
        if self.load(key) != known:
            return False
        self.save(key, document)
        return True


def _version(document: Mapping[str, Any]) -> str:
    return sha256(json.dumps(document).encode()).hexdigest()


@dataclass
class FakeSuppressions:
    """The stored suppressions."""

    known: Sequence[Suppression] = ()

    def all(self) -> Sequence[Suppression]:
        return self.known


@dataclass
class FakeOnce:
    """Does each thing once, by its key."""

    done: dict[str, str] = field(default_factory=dict)

    def __call__(self, key: str, do: Callable[[], str]) -> str:
        if key not in self.done:
            self.done[key] = do()
        return self.done[key]
