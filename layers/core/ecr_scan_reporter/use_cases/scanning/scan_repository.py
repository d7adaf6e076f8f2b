"""Start the scans of a repository's images that are due."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import TypeVar

from ecr_scan_reporter.concurrency.task_groups import TaskGroup, run_all, sequential
from ecr_scan_reporter.concurrency.threads import ConcurrentMap
from ecr_scan_reporter.domain.ledger.remember import coverage_seen
from ecr_scan_reporter.domain.registry.images import Image, Repository
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.registry.tag_options import DEFAULT_OWNER_KEY, RepositoryOptions
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.limits import importance, within_limits
from ecr_scan_reporter.domain.scanning.outcomes import ImageOutcome, ScanSummary
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy, share_of_scans
from ecr_scan_reporter.errors import CallFailedError, JobIncompleteError, OutOfTimeError
from ecr_scan_reporter.use_cases.repository_options import repository_options
from ecr_scan_reporter.use_cases.scanning.budget import Budget
from ecr_scan_reporter.use_cases.scanning.ledger_session import LedgerSession
from ecr_scan_reporter.use_cases.scanning.ports import Ledger, Queue, Registry, Reports
from ecr_scan_reporter.use_cases.scanning.starting import Candidate, ScanStarter

CONTINUE_AFTER_SECONDS = 10
# A job that has had its share of the day's scans goes on when the others had their turn.
NEXT_SHARE_AFTER_SECONDS = 300
# One that found no time to look at any image, because others took it all.
TRY_AGAIN_AFTER_SECONDS = 60
# Of an ECR that throttles every call, where no time limit ends the job; each round tries each image ten times.
MAX_ROUNDS_IN_VAIN = 30
# ECR does not say when the day of its daily quota ends: one job in an hour tries it.
QUOTA_PAUSE = timedelta(hours=1)
# A page of ECR. A repository with more waits for its turn, so that the memory holds one large repository, and of the
# others no more than their first pages.
SMALL = 1_000

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class ScanTools:
    """What a job works with. Without `reports`, nobody reports scans whose event was lost.

    `wait_for_turn` is called before more than SMALL images, or items of the ledger, are kept; it returns False when
    time is up.
    """

    registry: Registry
    ledger: Ledger
    concurrently: ConcurrentMap
    task_group: TaskGroup = sequential
    reports: Reports | None = None
    time_is_up: Callable[[], bool] = lambda: False
    wait_for_turn: Callable[[], bool] = lambda: True
    on_outcome: Callable[[ImageOutcome], None] = lambda _: None


def scan_repository(job: ScanJob, tools: ScanTools, *, policy: ScanPolicy, now: datetime) -> ScanSummary:
    """Look at each image of the job once, and start the scans that are due, several at a time.

    Stops taking images when time is up, or when the job has had its share of the day's scans. What one image meets is
    its outcome and stops no other; raised are only RepositoryNotFoundError, and CallFailedError where nothing can go on
    (access denied, the ledger out of reach). What was started is in the ledger then, too.
    """
    summary = ScanSummary(job.repository)
    if tools.time_is_up():  # An earlier job of the batch has used it up.
        summary.is_finished = False
        return summary
    if tools.registry.is_enhanced():
        summary.is_enhanced = True
        return summary
    try:
        contents = _read(job, tools, policy, now)
        if contents is not None:
            options = contents.options
            summary.is_excluded, summary.tag_warnings = options.is_excluded, options.tag_warnings
            policy = replace(policy, max_age=options.max_age or policy.max_age)
            _Scan(job, tools, policy, now, summary, contents).run()
    except OutOfTimeError:
        summary.is_finished = False
    return summary


def continue_job(job: ScanJob, summary: ScanSummary, queue: Queue) -> None:
    """Send a job again that is not done; raise JobIncompleteError when the queue itself should try it again.

    That is when images met faults, or when the job has gone on for too long.
    """
    if not summary.is_finished:
        delay = CONTINUE_AFTER_SECONDS if summary.images else TRY_AGAIN_AFTER_SECONDS
        queue.send(job.next(), NEXT_SHARE_AFTER_SECONDS if summary.has_had_its_share else delay)
    elif summary.failed:
        raise JobIncompleteError(
            f"{summary.failed} images of {job.repository} could not be dealt with; the first: {summary.first_error}"
        )


@dataclass(frozen=True, slots=True)
class _Contents:
    """What is known of a repository before its images are looked at."""

    repository: Repository
    options: RepositoryOptions
    images: Iterator[Image]
    session: LedgerSession


def _read(job: ScanJob, tools: ScanTools, policy: ScanPolicy, now: datetime) -> _Contents | None:
    """Read the tags, the ledger and the first images at the same time; None where there is nothing to look at."""
    images = _images(job, tools, policy, now)
    registry_id = job.registry_id or tools.registry.registry_id
    if not registry_id:
        first, images = _with_first(images)
        if first is None:
            return None
        registry_id = first.repository.registry_id
    repository = Repository(registry_id, tools.registry.region, job.repository)
    named: list[Image] | None = None
    if job.images is not None:
        # A job that names images means just these: the ledger is asked for these alone.
        named = list(images)
        images = iter(named)
    known = tools.ledger.last_scans(repository, [image.digest for image in named] if named is not None else None)
    with tools.task_group() as start:
        reading_tags = start(lambda: repository_options(tools.registry, repository, DEFAULT_OWNER_KEY))
        listing, querying = start(lambda: _with_first(images)), start(lambda: _with_first(known))
    options, (_, images), (_, known) = reading_tags(), listing(), querying()
    session = LedgerSession(tools.ledger, repository, now)
    session.read(_in_turn(known, tools))
    return _Contents(repository, options, iter(()) if options.is_excluded else images, session)


def _images(job: ScanJob, tools: ScanTools, policy: ScanPolicy, now: datetime) -> Iterator[Image]:
    # One that is named may be old, or may have lost its tag since: the policy's limits are not for it.
    if job.images is not None:
        return tools.registry.images_named(job.repository, job.images)
    listed = tools.registry.images(job.repository, policy.tag_status)
    return within_limits(_in_turn(listed, tools), policy.limits, now)


def _with_first(items: Iterator[Item]) -> tuple[Item | None, Iterator[Item]]:
    """Take the first item, which makes the first call; return it, and all items."""
    first = next(items, None)
    return first, items if first is None else chain([first], items)


def _in_turn(items: Iterator[Item], tools: ScanTools) -> Iterator[Item]:
    yield from islice(items, SMALL)
    for item in items:
        if not tools.wait_for_turn():
            raise OutOfTimeError("wait_for_turn")
        yield item


class _Scan:
    """One pass over the images of a job."""

    def __init__(
        self,
        job: ScanJob,
        tools: ScanTools,
        policy: ScanPolicy,
        now: datetime,
        summary: ScanSummary,
        contents: _Contents,
    ) -> None:
        self._job, self._tools, self._policy, self._now, self._summary = job, tools, policy, now, summary
        self._repository, self._images, self._session = contents.repository, contents.images, contents.session
        self._budget = Budget(
            tools.ledger,
            contents.repository,
            per_day=policy.scans_per_day,
            share=share_of_scans(policy.scans_per_day, job.jobs_in_run, job.continuation),
            now=now,
        )
        self._starter = ScanStarter(
            tools.registry,
            self._session,
            self._budget,
            tools.reports,
            policy.max_age,
            now,
            job.dry_run,
            tools.time_is_up,
        )
        self._is_pause_known = self._is_paused = False

    def run(self) -> None:
        try:
            self._settle_all(self._in_order(self._candidates()))
            self._try_throttled_again()
        except BaseException:
            # What was started is written down, whatever else failed.
            with suppress(CallFailedError):
                self._session.write()
            with suppress(CallFailedError):
                self._budget.close()
            raise
        self._close()

    def _candidates(self) -> Iterator[Candidate]:
        """Yield the images for which ECR must be called, and settle the others on the way."""
        while batch := list(islice(self._images, SMALL)):
            if self._starter.must_stop():
                return
            decided = [self._starter.candidate(image, self._session.last_scan(image)) for image in batch]
            candidates = [candidate for candidate in decided if candidate.needs_ecr]
            for candidate in decided:
                if not candidate.needs_ecr:
                    self._settle(candidate.outcome())
            self._prepare(candidates)
            yield from candidates

    def _in_order(self, candidates: Iterator[Candidate]) -> Iterator[Candidate]:
        """Put what matters most first, where a budget of one's own may not reach everything."""
        if self._policy.max_scans_per_day is None:
            return candidates
        return iter(sorted(candidates, key=lambda candidate: importance(candidate.image), reverse=True))

    def _prepare(self, candidates: list[Candidate]) -> None:
        """Before the first scans: read whether they may be started, and take them from the budget."""
        due = sum(candidate.decision.is_due for candidate in candidates)
        if self._job.dry_run or not candidates:
            return
        if self._is_pause_known:
            self._budget.expect(due)
            return
        self._is_pause_known = True
        with self._tools.task_group() as start:
            reading_pause = start(lambda: self._tools.ledger.paused_until(self._repository))
            taking = start(lambda: self._budget.expect(due))
        until, _ = reading_pause(), taking()
        if until and self._now < until <= self._now + QUOTA_PAUSE * 2:  # further away, it is none of ours
            self._is_paused, self._starter.refusal = True, StartScanResult.QUOTA_EXCEEDED

    def _settle_all(self, candidates: Iterable[Candidate]) -> None:
        # Closed in any case: then no thread is at work any more, and what it started is known.
        with closing(
            self._tools.concurrently(self._starter.start_if_due, self._while_possible(candidates))
        ) as outcomes:
            for outcome in outcomes:
                if outcome:
                    self._settle(outcome)

    def _while_possible(self, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
        for candidate in candidates:
            if self._starter.must_stop():
                return
            yield candidate

    def _try_throttled_again(self) -> None:
        """Try the images again that ECR throttled, for as long as there is time."""
        throttled, in_vain = self._starter.throttled, 0
        while throttled and in_vain < MAX_ROUNDS_IN_VAIN and not self._starter.must_stop():
            again, throttled[:] = list(throttled), []
            self._settle_all(again)
            in_vain = in_vain + 1 if len(throttled) == len(again) else 0
        for candidate in throttled if self._starter.is_finished else ():
            self._settle(candidate.outcome(error="ECR throttled every call about this image"))

    def _settle(self, outcome: ImageOutcome) -> None:
        self._summary.add(outcome)
        if outcome.answer is StartScanResult.QUOTA_EXCEEDED and not self._is_paused:
            self._is_paused = self._summary.met_quota = True
            self._tools.ledger.pause(self._repository, self._now + QUOTA_PAUSE)
        self._session.write_batch()
        self._tools.on_outcome(outcome)

    def _close(self) -> None:
        starter, summary = self._starter, self._summary
        summary.has_had_its_share = starter.has_had_its_share
        summary.is_finished = starter.is_finished
        endings: list[Callable[[], None]] = [self._budget.close, self._session.write]
        is_whole = summary.is_finished and self._job.images is None and not self._job.dry_run
        if self._policy.keeps_ledger and is_whole:
            coverage = coverage_seen(summary, self._repository, self._policy.max_age, self._now)
            endings += [self._session.forget_gone, lambda: self._session.record_coverage(coverage)]
        run_all(self._tools.task_group, *endings)
        if starter.denied:
            raise starter.denied
