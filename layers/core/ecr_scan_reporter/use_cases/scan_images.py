"""Start the scans of a repository's images that are due."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Protocol

from ecr_scan_reporter.concurrency import ConcurrentMap
from ecr_scan_reporter.domain.image_limits import importance, within_limits
from ecr_scan_reporter.domain.images import Image, ImageReference, Repository, TagStatus
from ecr_scan_reporter.domain.jobs import ScanJob
from ecr_scan_reporter.domain.outcomes import Outcome, ScanSummary
from ecr_scan_reporter.domain.repository_options import DEFAULT_OWNER_KEY, RepositoryOptions
from ecr_scan_reporter.domain.scan_due import SCAN_QUOTA_PERIOD, Decision, Reason, decide
from ecr_scan_reporter.domain.scan_knowledge import learned_by_asking, learned_by_starting, still_true
from ecr_scan_reporter.domain.scan_policy import ScanPolicy
from ecr_scan_reporter.domain.scan_records import RepositoryCoverage
from ecr_scan_reporter.domain.scan_status import LastScan
from ecr_scan_reporter.domain.start_answers import StartAnswer
from ecr_scan_reporter.errors import CallFailedError, ImageNotFoundError, JobIncompleteError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.read_options import read_options

LEDGER_BATCH = 25
CONTINUE_AFTER_SECONDS = 10
# ECR does not say when the day of its daily quota ends: one job in an hour tries it.
QUOTA_PAUSE = timedelta(hours=1)


_OF_THE_REGISTRY = frozenset({StartAnswer.QUOTA_EXCEEDED, StartAnswer.DISABLED})


class Registry(Protocol):
    """The registry whose images are looked at."""

    @property
    def region(self) -> str:
        """The region of the registry."""

    @property
    def registry_id(self) -> str:
        """The account of the registry, empty where that is not known."""

    def images(self, repository: str, tag_status: TagStatus) -> Iterator[Image]:
        """Yield each image digest of a repository once. Raises RepositoryNotFoundError."""

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterator[Image]:
        """Yield the named images that are there, each digest once."""

    def is_enhanced(self) -> bool:
        """True when basic scans cannot be started."""

    def repository_tags(self, repository: Repository) -> Mapping[str, str]:
        """Return the AWS tags of a repository."""

    def last_scan(self, image: Image) -> LastScan:
        """Ask for the last scan of one image. Raises ImageNotFoundError."""

    def start_scan(self, image: Image) -> StartAnswer:
        """Start a scan."""


class Ledger(Protocol):
    """What is remembered: of the last scans, and of the registry's quota and budget."""

    def last_scans(self, repository: Repository, digests: Sequence[str] | None = None) -> Mapping[str, LastScan]:
        """Return what is known, by digest."""

    def remember(self, repository: Repository, scans: Mapping[str, LastScan], now: datetime) -> None:
        """Write what is known, by digest."""

    def forget(self, repository: Repository, digests: Iterable[str]) -> None:
        """Forget images that are gone."""

    def record_coverage(self, coverage: RepositoryCoverage, now: datetime) -> None:
        """Write what was seen of a whole repository."""

    def paused_until(self, repository: Repository) -> datetime | None:
        """Return until when no scans are started in the repository's registry."""

    def pause(self, repository: Repository, until: datetime) -> None:
        """Start no scans in the repository's registry until then."""

    def spend(self, repository: Repository, wanted: int, budget: int, now: datetime) -> int:
        """Take up to `wanted` scans of the registry's budget of this day; return how many were left to take."""

    def refund(self, repository: Repository, unused: int, now: datetime) -> None:
        """Give back scans that were taken and not started."""


class Queue(Protocol):
    """Where a job goes that is not done yet."""

    def send(self, job: ScanJob, delay_seconds: int = 0) -> None:
        """Send a job, to be seen after the delay."""


def scan_repository(
    job: ScanJob,
    registry: Registry,
    ledger: Ledger,
    concurrently: ConcurrentMap,
    *,
    policy: ScanPolicy,
    now: datetime,
    time_is_up: Callable[[], bool] = lambda: False,
    on_outcome: Callable[[Outcome], None] | None = None,
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
    images = _images(job, registry, policy, now)
    first = next(images, None)
    registry_id = job.registry_id or registry.registry_id or (first.registry_id if first else "")
    repository = Repository(registry_id, registry.region, job.repository)
    options = read_options(registry, repository, DEFAULT_OWNER_KEY) if registry_id else RepositoryOptions()
    summary.is_left_out, summary.notes = options.is_left_out, options.problems
    policy = replace(policy, max_age=options.max_age or policy.max_age)
    work = _RepositoryScan(
        job, repository, registry, ledger, concurrently, policy, now, time_is_up, on_outcome, summary
    )
    if first and not options.is_left_out:
        work.run(chain([first], images))
    elif policy.keeps_ledger and registry_id:
        work.run(iter(()))
    return summary


def continue_job(job: ScanJob, summary: ScanSummary, queue: Queue) -> None:
    """Send a job again whose time ran out; raise JobIncompleteError when the queue itself should try it again.

    That is when images met faults, or when the job has gone on for too long.
    """
    if not summary.is_finished:
        queue.send(job.next(), CONTINUE_AFTER_SECONDS)
    elif summary.failed:
        raise JobIncompleteError(
            f"{summary.failed} images of {job.repository} could not be dealt with; the first: {summary.first_error}"
        )


def _images(job: ScanJob, registry: Registry, policy: ScanPolicy, now: datetime) -> Iterator[Image]:
    # A job that names images means just these: one that is in use may be old, or may have lost its tag since.
    if job.images:
        return registry.images_named(job.repository, job.images)
    return within_limits(registry.images(job.repository, policy.tag_status), policy.limits, now)


@dataclass(slots=True)
class _RepositoryScan:
    """One pass over the images of a job."""

    job: ScanJob
    repository: Repository
    registry: Registry
    ledger: Ledger
    concurrently: ConcurrentMap
    policy: ScanPolicy
    now: datetime
    time_is_up: Callable[[], bool]
    on_outcome: Callable[[Outcome], None] | None
    summary: ScanSummary
    # An answer that is true of the whole registry: after it, no further scan is asked for.
    refusal: StartAnswer | None = None
    is_pause_known: bool = False
    is_paused: bool = False
    learned: dict[str, LastScan] = field(default_factory=dict)
    # What the ledger knows and has not been seen in the repository (yet).
    unseen: dict[str, LastScan] = field(default_factory=dict)

    def run(self, images: Iterator[Image]) -> None:
        budget = self.policy.max_scans_per_day
        held_back: list[Outcome] = []
        try:
            for outcome in self.concurrently(self._examine, self._to_call_for(self._known(images))):
                if budget is not None and outcome.decision.is_due and not outcome.error and not self.job.dry_run:
                    held_back.append(outcome)
                else:
                    self._settle(outcome)
            if budget is not None and held_back:
                self._start_within(budget, held_back)
        finally:
            self._flush()
        if self.policy.keeps_ledger and self.summary.is_finished and not self.job.images and not self.job.dry_run:
            self._keep_ledger()

    def _keep_ledger(self) -> None:
        # What was pushed and scanned while the images were listed has not been seen either.
        gone = [d for d, scan in self.unseen.items() if not scan.at or self.now - scan.at > SCAN_QUOTA_PERIOD]
        self.ledger.forget(self.repository, gone)
        self.ledger.record_coverage(self.summary.coverage(self.repository, self.policy.max_age, self.now), self.now)

    def _known(self, images: Iterator[Image]) -> Iterator[tuple[Image, LastScan | None]]:
        if self.job.images:
            named = list(images)
            known = dict(self.ledger.last_scans(self.repository, [image.digest for image in named]))
            images = iter(named)
        else:
            known = self.unseen = dict(self.ledger.last_scans(self.repository))
        for image in images:
            # What is known of an archived image is of no use any more.
            recorded = known.get(image.digest) if image.is_archived else known.pop(image.digest, None)
            yield image, still_true(recorded)

    def _to_call_for(self, images: Iterator[tuple[Image, LastScan | None]]) -> Iterator[tuple[Image, Decision]]:
        """Yield the images for which ECR must be called, and settle the others on the way."""
        for image, last_scan in images:
            if self.time_is_up():
                self.summary.is_finished = False
                return
            decision = decide(image, last_scan, now=self.now, max_age=self.policy.max_age)
            if decision.is_due or decision.reason is Reason.UNKNOWN:
                self._read_pause()
                yield image, decision
            else:
                self._settle(Outcome(image, decision))

    def _read_pause(self) -> None:
        if not self.is_pause_known:
            self.is_pause_known = True
            until = self.ledger.paused_until(self.repository)
            if until and until > self.now:
                self.is_paused, self.refusal = True, StartAnswer.QUOTA_EXCEEDED

    def _examine(self, item: tuple[Image, Decision]) -> Outcome:
        """Ask for the last scan where nobody knows it, and start a scan where it is due and no budget is to be kept."""
        image, decision = item
        try:
            learned = None
            if decision.reason is Reason.UNKNOWN:
                answer = self.registry.last_scan(image)
                learned = learned_by_asking(answer, self.now)
                decision = decide(image, answer, now=self.now, max_age=self.policy.max_age)
            outcome = Outcome(image, decision, learned=learned)
        except (ImageNotFoundError, RepositoryNotFoundError):
            return Outcome(image, decision, StartAnswer.GONE)
        except CallFailedError as error:
            return self._failed(image, decision, error)
        if self.job.dry_run or not decision.is_due or self.policy.max_scans_per_day is not None:
            return outcome
        return self._start(outcome)

    def _start(self, asked: Outcome) -> Outcome:
        image, decision = asked.image, asked.decision
        try:
            answer = self.refusal or self.registry.start_scan(image)
        except CallFailedError as error:
            return self._failed(image, decision, error)
        if answer in _OF_THE_REGISTRY:
            self.refusal = answer
        learned = learned_by_starting(answer, decision.last_scan, self.now) or asked.learned
        return Outcome(image, decision, answer, learned)

    def _failed(self, image: Image, decision: Decision, error: CallFailedError) -> Outcome:
        if error.is_denied:
            raise error
        return Outcome(image, decision, error=str(error))

    def _start_within(self, budget: int, due: list[Outcome]) -> None:
        """Spend what is left of the day's budget on what matters most."""
        due.sort(key=lambda outcome: importance(outcome.image), reverse=True)
        granted = self.ledger.spend(self.repository, len(due), budget, self.now)
        try:
            for outcome in due[granted:]:
                self._settle(Outcome(outcome.image, outcome.decision, StartAnswer.OVER_BUDGET, outcome.learned))
            for outcome in self.concurrently(self._start, self._while_there_is_time(due[:granted])):
                self._settle(outcome)
        finally:
            self.ledger.refund(self.repository, granted - self.summary.started, self.now)

    def _while_there_is_time(self, due: list[Outcome]) -> Iterator[Outcome]:
        for outcome in due:
            if self.time_is_up():
                self.summary.is_finished = False
                return
            yield outcome

    def _settle(self, outcome: Outcome) -> None:
        self.summary.add(outcome)
        if outcome.answer is StartAnswer.QUOTA_EXCEEDED and not self.is_paused:
            self.is_paused = self.summary.met_quota = True
            self.ledger.pause(self.repository, self.now + QUOTA_PAUSE)
        if outcome.learned:
            self.learned[outcome.image.digest] = outcome.learned
            if len(self.learned) >= LEDGER_BATCH:
                self._flush()
        if self.on_outcome:
            self.on_outcome(outcome)

    def _flush(self) -> None:
        if self.learned:
            learned, self.learned = self.learned, {}
            self.ledger.remember(self.repository, learned, self.now)
