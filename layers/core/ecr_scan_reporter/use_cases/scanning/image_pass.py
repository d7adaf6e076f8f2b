"""Take each image of a repository once: decide, start the scans that are due, count and record the outcomes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime

from ecr_scan_reporter.concurrency.task_groups import run_all
from ecr_scan_reporter.domain.chunks import chunks
from ecr_scan_reporter.domain.ledger.remember import coverage_seen
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.outcomes import ImageOutcome, ScanSummary
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.use_cases.scanning.budget import Budget
from ecr_scan_reporter.use_cases.scanning.image_order import ImageOrder
from ecr_scan_reporter.use_cases.scanning.quota_pause import QuotaPause
from ecr_scan_reporter.use_cases.scanning.repository_contents import PAGE_SIZE, RepositoryContents
from ecr_scan_reporter.use_cases.scanning.starting import Candidate, ScanStarter
from ecr_scan_reporter.use_cases.scanning.tools import ScanTools

# Ends a job on an ECR that throttles every call, where no time limit does. Each round tries each image ten times.
MAX_ROUNDS_IN_VAIN = 30


class ImagePass:
    """One pass over the images of a job. `summary` gets the counts, also when the pass ends with an error."""

    def __init__(
        self,
        job: ScanJob,
        tools: ScanTools,
        policy: ScanPolicy,
        now: datetime,
        summary: ScanSummary,
        contents: RepositoryContents,
    ) -> None:
        self._job, self._tools, self._policy, self._now, self._summary = job, tools, policy, now, summary
        self._repository, self._images, self._session = contents.repository, contents.images, contents.session
        self._pause = QuotaPause(tools.ledger, contents.repository, now)
        self._order = ImageOrder(tools.first_images(contents.repository, now), job, policy)
        self._budget = Budget(
            tools.ledger,
            contents.repository,
            per_day=policy.scans_per_day,
            share=self._order.share,
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

    def run(self) -> None:
        """Take the images until all are done, or the starter must stop. Raises CallFailedError."""
        try:
            self._start_scans(self._order.sort(self._candidates()))
            self._retry_throttled()
            self._let_others_wait()
        except BaseException:
            # The ledger must know of every scan that was started, also after an error.
            with suppress(CallFailedError):
                self._session.write()
            with suppress(CallFailedError):
                self._budget.close()
            raise
        self._close()

    def _candidates(self) -> Iterator[Candidate]:
        """Yield the images that need a call to ECR, and whose turn it is; settle those that need none on the way."""
        for page in chunks(self._images, PAGE_SIZE):
            if self._starter.must_stop():
                return
            decided = [self._starter.candidate(image, self._session.last_scan(image)) for image in page]
            candidates = self._order.in_turn([candidate for candidate in decided if candidate.needs_ecr])
            for candidate in decided:
                if not candidate.needs_ecr:
                    self._settle(candidate.outcome())
            if candidates and not self._job.dry_run:
                self._reserve(candidates)
            yield from candidates

    def _reserve(self, candidates: Sequence[Candidate]) -> None:
        """Take scans from the budget; before the first ones, also read whether the registry is paused."""
        due, first = sum(candidate.decision.is_due for candidate in candidates), self._order.number_of_first(candidates)
        if self._pause.is_read:
            self._budget.expect(due, first)
            return
        with self._tools.task_group() as start:
            reading_pause = start(self._pause.read)
            taking = start(lambda: self._budget.expect(due, first))
        is_paused, _ = reading_pause(), taking()
        if is_paused:
            self._starter.refusal = StartScanResult.QUOTA_EXCEEDED

    def _start_scans(self, candidates: Iterable[Candidate]) -> None:
        # Closing ends the threads in any case, so that the ledger session knows every scan that they started.
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

    def _retry_throttled(self) -> None:
        """Retry the images whose calls ECR throttled, for as long as there is time."""
        throttled, rounds_in_vain = self._starter.throttled, 0
        while throttled and rounds_in_vain < MAX_ROUNDS_IN_VAIN and not self._starter.must_stop():
            retried, throttled[:] = list(throttled), []
            self._start_scans(retried)
            rounds_in_vain = rounds_in_vain + 1 if len(throttled) == len(retried) else 0
        for candidate in throttled if self._starter.is_finished else ():
            self._settle(candidate.outcome(error="ECR throttled every call about this image"))

    def _let_others_wait(self) -> None:
        """Leave the images that do not come first to the continuation, when other repositories had their turn."""
        starter = self._starter
        if self._order.has_waiting:
            starter.is_finished = False
        if self._order.others_wait and not starter.is_finished:
            starter.has_had_its_share = True

    def _settle(self, outcome: ImageOutcome) -> None:
        """Count and record the outcome of an image."""
        self._summary.add(outcome)
        if outcome.answer is StartScanResult.QUOTA_EXCEEDED and self._pause.begin():
            self._summary.met_quota = True
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
