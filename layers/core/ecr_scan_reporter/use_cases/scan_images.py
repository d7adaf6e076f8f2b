"""Start the scans of a repository's images that are due."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any, Protocol

from ecr_scan_reporter.concurrency import ConcurrentMap
from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.images import Image, ImageReference, Repository, TagStatus
from ecr_scan_reporter.domain.jobs import ScanJob
from ecr_scan_reporter.domain.scan_due import Decision, Reason, decide
from ecr_scan_reporter.domain.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.start_answers import StartAnswer
from ecr_scan_reporter.errors import CallFailedError, ImageNotFoundError, JobIncompleteError, RepositoryNotFoundError

LEDGER_BATCH = 25
CONTINUE_AFTER_SECONDS = 10


class Registry(Protocol):
    """The registry whose images are looked at."""

    @property
    def region(self) -> str:
        """The region of the registry."""

    def images(self, repository: str, tag_status: TagStatus) -> Iterator[Image]:
        """Yield each image digest of a repository once. Raises RepositoryNotFoundError."""

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterator[Image]:
        """Yield the named images that are there, each digest once."""

    def is_enhanced(self) -> bool:
        """True when basic scans cannot be started."""

    def last_scan(self, image: Image) -> LastScan:
        """Ask for the last scan of one image. Raises ImageNotFoundError."""

    def start_scan(self, image: Image) -> StartAnswer:
        """Start a scan."""


class Ledger(Protocol):
    """What is remembered of the last scans."""

    def last_scans(self, repository: Repository, digests: Sequence[str] | None = None) -> Mapping[str, LastScan]:
        """Return what is known, by digest."""

    def remember(self, repository: Repository, scans: Mapping[str, LastScan], now: datetime) -> None:
        """Write what is known, by digest."""


class Queue(Protocol):
    """Where a job goes that is not done yet."""

    def send(self, job: ScanJob, delay_seconds: int = 0) -> None:
        """Send a job, to be seen after the delay."""


@dataclass(frozen=True, slots=True)
class ScanPolicy:
    """Which images are looked at, and when their scan is due."""

    max_age: Duration
    tag_status: TagStatus = TagStatus.ANY


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one image.

    `answer` is ECR's, None when no scan was asked for; `learned` is what the ledger should remember; `error` is the
    text of a fault, after which the image must be tried again.
    """

    image: Image
    decision: Decision
    answer: StartAnswer | None = None
    learned: LastScan | None = None
    error: str = ""

    def fields(self) -> dict[str, Any]:
        """Return what a log line says of it."""
        last = self.decision.last_scan
        return {
            "repository": self.image.repository,
            "imageDigest": self.image.digest,
            "imageTags": list(self.image.tags),
            "isDue": self.decision.is_due,
            "reason": self.decision.reason.value,
            "lastScanAt": last.at.isoformat() if last and last.at else None,
            "answer": self.answer.value if self.answer else None,
            "error": self.error or None,
        }


@dataclass(slots=True)
class ScanSummary:
    """The counts of one job. `is_finished` is False when its time ran out before all images were looked at."""

    repository: str
    is_enhanced: bool = False
    is_finished: bool = True
    images: int = 0
    due: int = 0
    failed: int = 0
    first_error: str = ""
    reasons: Counter[Reason] = field(default_factory=Counter)
    answers: Counter[StartAnswer] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Count one image."""
        self.images += 1
        self.due += outcome.decision.is_due
        self.reasons[outcome.decision.reason] += 1
        if outcome.answer:
            self.answers[outcome.answer] += 1
        if outcome.error:
            self.failed += 1
            self.first_error = self.first_error or outcome.error

    def fields(self) -> dict[str, Any]:
        """Return what a log line says of it."""
        return {
            "repository": self.repository,
            "images": self.images,
            "due": self.due,
            "started": self.answers[StartAnswer.STARTED],
            "failed": self.failed,
            "isFinished": self.is_finished,
            "isEnhanced": self.is_enhanced,
            "reasons": {reason.value: count for reason, count in self.reasons.items()},
            "answers": {answer.value: count for answer, count in self.answers.items()},
        }


def scan_repository(
    job: ScanJob,
    registry: Registry,
    ledger: Ledger,
    concurrently: ConcurrentMap,
    *,
    policy: ScanPolicy,
    now: datetime,
    time_is_up: Callable[[], bool] = lambda: False,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
) -> ScanSummary:
    """Look at each image of the job once, and start the scans that are due, several at a time.

    Stops taking images when `time_is_up`. What one image meets is its outcome and stops no other; raised are only
    RepositoryNotFoundError, and CallFailedError where nothing can go on (access denied, the ledger out of reach).
    """
    summary = ScanSummary(job.repository)
    if time_is_up():  # An earlier job of the batch has used it up.
        summary.is_finished = False
        return summary
    if registry.is_enhanced():
        summary.is_enhanced = True
        return summary
    images = _images(job, registry, policy)
    first = next(images, None)
    if first is None:
        return summary
    repository = Repository(first.registry_id or job.registry_id or "", registry.region, job.repository)
    images = chain([first], images)
    if job.images:
        named = list(images)
        known = ledger.last_scans(repository, [image.digest for image in named])
        images = iter(named)
    else:
        known = ledger.last_scans(repository)
    scan = _ImageScan(registry, policy, now, job.dry_run)
    memory = _Memory(ledger, repository, now)

    def settle(outcome: Outcome) -> None:
        summary.add(outcome)
        memory.add(outcome)
        on_outcome(outcome)

    def to_call_for() -> Iterator[tuple[Image, Decision]]:
        for image in images:
            if time_is_up():
                summary.is_finished = False
                return
            decision = decide(image, known.get(image.digest), now=now, max_age=policy.max_age)
            if decision.is_due or decision.reason is Reason.UNKNOWN:
                yield image, decision
            else:
                settle(Outcome(image, decision))

    try:
        for outcome in concurrently(scan, to_call_for()):
            settle(outcome)
    finally:
        memory.flush()
    return summary


def continue_job(job: ScanJob, summary: ScanSummary, queue: Queue) -> None:
    """Send a job again whose time ran out; raise JobIncompleteError when the queue itself should try it again.

    That is when images met faults, or when the job has gone on for too long.
    """
    if summary.is_finished:
        if summary.failed:
            raise JobIncompleteError(
                f"{summary.failed} images of {job.repository} could not be dealt with; the first: {summary.first_error}"
            )
        return
    queue.send(job.next(), CONTINUE_AFTER_SECONDS)


def _images(job: ScanJob, registry: Registry, policy: ScanPolicy) -> Iterator[Image]:
    # A job that names images means just these: one that is in use may have lost its tag since.
    if job.images:
        return registry.images_named(job.repository, job.images)
    return registry.images(job.repository, policy.tag_status)


class _ImageScan:
    """Asks for the last scan of one image where nobody knows it, and starts a scan where it is due."""

    def __init__(self, registry: Registry, policy: ScanPolicy, now: datetime, is_dry_run: bool) -> None:
        self._registry = registry
        self._policy = policy
        self._now = now
        self._is_dry_run = is_dry_run
        # ECR's answer that is true of the whole registry: after it, no further scan is asked for.
        self._refusal: StartAnswer | None = None

    def __call__(self, item: tuple[Image, Decision]) -> Outcome:
        image, decision = item
        try:
            return self._scan(image, decision)
        except (ImageNotFoundError, RepositoryNotFoundError):
            return Outcome(image, decision, StartAnswer.GONE)
        except CallFailedError as error:
            if error.is_denied:
                raise
            return Outcome(image, decision, error=str(error))

    def _scan(self, image: Image, decision: Decision) -> Outcome:
        learned: LastScan | None = None
        if decision.reason is Reason.UNKNOWN:
            learned = self._registry.last_scan(image)
            decision = decide(image, learned, now=self._now, max_age=self._policy.max_age)
        if self._is_dry_run or not decision.is_due:
            return Outcome(image, decision, learned=_worth_remembering(learned, self._now))
        answer = self._refusal or self._registry.start_scan(image)
        if answer in _OF_THE_REGISTRY:
            self._refusal = answer
        return Outcome(image, decision, answer, _after(answer, decision.last_scan, self._now) or learned)


_OF_THE_REGISTRY = frozenset({StartAnswer.QUOTA_EXCEEDED, StartAnswer.DISABLED})
# These depend on the registry's settings and may change at any time.
_FORGOTTEN = frozenset({ScanStatus.IMAGE_ARCHIVED, ScanStatus.ACTIVE, ScanStatus.SCAN_ELIGIBILITY_EXPIRED})
_RUNNING = frozenset({ScanStatus.IN_PROGRESS, ScanStatus.PENDING})


def _worth_remembering(last: LastScan | None, now: datetime) -> LastScan | None:
    if last is None or last.status in _FORGOTTEN:
        return None
    return replace(last, tried_at=now) if last.status in _RUNNING else last


def _after(answer: StartAnswer, last: LastScan | None, now: datetime) -> LastScan | None:
    """Return what is known of an image's last scan after ECR's answer; None when that changed nothing."""
    if answer is StartAnswer.UNSUPPORTED:
        return LastScan(ScanStatus.UNSUPPORTED_IMAGE, tried_at=now)
    if answer not in (StartAnswer.STARTED, StartAnswer.RATE_LIMITED):
        return None
    scanned_at = last.scanned_at if last else None
    return LastScan(ScanStatus.IN_PROGRESS, scanned_at=scanned_at, tried_at=now)


class _Memory:
    """Collects what was learned, and writes it to the ledger in batches."""

    def __init__(self, ledger: Ledger, repository: Repository, now: datetime) -> None:
        self._ledger = ledger
        self._repository = repository
        self._now = now
        self._learned: dict[str, LastScan] = {}

    def add(self, outcome: Outcome) -> None:
        if outcome.learned:
            self._learned[outcome.image.digest] = outcome.learned
            if len(self._learned) >= LEDGER_BATCH:
                self.flush()

    def flush(self) -> None:
        if self._learned:
            learned, self._learned = self._learned, {}
            self._ledger.remember(self._repository, learned, self._now)
