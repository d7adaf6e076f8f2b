"""Start the scan of one image when it is due. Without a record of the last scan, ask ECR first."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.ledger.remember import after_asking, after_starting, is_settled, is_unreported
from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import LastScan
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.due import Decision, DueReason, decide, is_result_overdue
from ecr_scan_reporter.domain.scanning.outcomes import ImageOutcome
from ecr_scan_reporter.errors import CallFailedError, ImageNotFoundError, RepositoryNotFoundError, ScanRefusedError
from ecr_scan_reporter.use_cases.scanning.budget import Budget
from ecr_scan_reporter.use_cases.scanning.ledger_session import LedgerSession
from ecr_scan_reporter.use_cases.scanning.ports import Registry, Reports

_FOR_THE_REGISTRY = frozenset({StartScanResult.QUOTA_EXCEEDED, StartScanResult.DISABLED})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An image with the decision about it.

    `overdue` is a started scan whose event must be lost. `is_recovered` is True when the reporter gets its result now;
    `problem` is the error when that fails.
    """

    image: Image
    decision: Decision
    overdue: LastScan | None = None
    is_recovered: bool = False
    problem: str = ""

    @property
    def must_ask(self) -> bool:
        """True when the decision needs the last scan from ECR."""
        return self.overdue is not None or self.decision.reason is DueReason.UNKNOWN

    @property
    def needs_ecr(self) -> bool:
        """True when the image needs a call to ECR: for its last scan, or to start one."""
        return self.must_ask or self.decision.is_due

    def outcome(self, result: StartScanResult | None = None, error: str = "") -> ImageOutcome:
        """Return the outcome of the image, after StartImageScan with its `result`."""
        return ImageOutcome(self.image, self.decision, result, error or self.problem, self.is_recovered)


@dataclass(slots=True)
class ScanStarter:
    """Starts due scans, in any number of threads.

    `refusal` is a result for the whole registry: after it, no further call starts a scan. `denied` is an error after
    which nothing can go on. `throttled` are the images to retry. `is_finished` is False when images remain.
    """

    registry: Registry
    session: LedgerSession
    budget: Budget
    reports: Reports | None
    max_age: Duration
    now: datetime
    is_dry_run: bool
    time_is_up: Callable[[], bool]
    refusal: StartScanResult | None = None
    denied: CallFailedError | None = None
    has_had_its_share: bool = False
    is_finished: bool = True
    throttled: list[Candidate] = field(default_factory=list)

    def must_stop(self) -> bool:
        """Return True when the job can take no further image; it is not finished then."""
        if self.denied is None and not self.has_had_its_share and not self.time_is_up():
            return False
        self.is_finished = False
        return True

    def candidate(self, image: Image, recorded: LastScan | None) -> Candidate:
        """Return the decision about an image without a call to ECR."""
        decision = decide(image, recorded, now=self.now, max_age=self.max_age)
        is_overdue = self.reports is not None and not self.is_dry_run and is_result_overdue(recorded, self.now)
        return Candidate(image, decision, recorded if is_overdue else None)

    def start_if_due(self, candidate: Candidate) -> ImageOutcome | None:
        """Return the outcome of an image; None when it has none yet: time is up, or ECR throttled the call."""
        if self.must_stop():
            return None
        try:
            if candidate.must_ask:
                candidate = self._ask(candidate)
            if not candidate.decision.is_due or self.is_dry_run:
                return candidate.outcome()
            return None if self.must_stop() else candidate.outcome(self._start(candidate))
        except (ImageNotFoundError, RepositoryNotFoundError):
            return candidate.outcome(StartScanResult.GONE)
        except CallFailedError as error:
            if error.is_throttled:
                self.throttled.append(candidate)
                return None
            if error.is_denied:
                self.denied = error
            return candidate.outcome(error=str(error))

    def _ask(self, candidate: Candidate) -> Candidate:
        last = self.registry.last_scan(candidate.image)
        is_recovered, problem = False, ""
        if candidate.overdue:
            # The time of the start still matters: ECR allows one scan in 24 hours.
            last = replace(last, tried_at=candidate.overdue.tried_at)
            is_recovered, problem = self._recover(candidate.image, candidate.overdue, last)
        else:
            self._record(candidate.image, after_asking(last, self.now))
        decision = decide(candidate.image, last, now=self.now, max_age=self.max_age)
        return Candidate(candidate.image, decision, is_recovered=is_recovered, problem=problem)

    def _recover(self, image: Image, overdue: LastScan, last: LastScan) -> tuple[bool, str]:
        """Hand a scan whose event was lost to the reporter. Return whether it was lost, and the error of the call."""
        is_lost = is_unreported(last, overdue)
        if is_lost and self.reports:
            try:
                self.reports.report(image, last)
            except CallFailedError as error:
                # Without a record, the next job tries again.
                return False, f"its result could not be reported: {error}"
        if is_lost or is_settled(last, self.now):
            self._record(image, after_asking(last, self.now))
        return is_lost, ""

    def _start(self, candidate: Candidate) -> StartScanResult:
        held_back = self.refusal or self.budget.take()
        if held_back:
            if held_back is StartScanResult.POSTPONED:
                self.has_had_its_share, self.is_finished = True, False
            return held_back
        result, text = StartScanResult.GONE, ""
        try:
            result = self.registry.start_scan(candidate.image)
        except ScanRefusedError as error:
            result, text = StartScanResult.REFUSED, str(error)
        finally:
            if result is not StartScanResult.STARTED:
                self.budget.put_back()
        if result in _FOR_THE_REGISTRY:
            self.refusal = result
        self._record(candidate.image, after_starting(result, candidate.decision.last_scan, self.now, text))
        return result

    def _record(self, image: Image, scan: LastScan | None) -> None:
        if scan:
            self.session.record(image.digest, scan)
