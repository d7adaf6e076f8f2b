"""Get a fresh scan result of each of some images: start what is not fresh, and wait for all of them together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.findings.findings import SUCCEEDED, ScanResult
from ecr_scan_reporter.domain.gate.timeouts import describe_length
from ecr_scan_reporter.domain.gate.waiting import (
    UNWATCHED,
    Decision,
    Step,
    after_poll,
    after_start,
    before_start,
    timed_out,
)
from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import EXPLANATIONS, StartScanResult
from ecr_scan_reporter.errors import (
    CallFailedError,
    EcrScanReporterError,
    ImageNotFoundError,
    RepositoryNotFoundError,
    ScanRefusedError,
)
from ecr_scan_reporter.use_cases.gate.ports import ScanRegistry

# Pipelines end a job that prints nothing for long.
SAY_EACH = timedelta(minutes=1)
# Most scans of basic scanning end within a minute.
DELAYS_SECONDS = (1.0, 2.0, 3.0, 5.0, 10.0)
GONE = "the image is not in the repository any more"


class IncompleteResultError(EcrScanReporterError):
    """ECR returned fewer findings than it counts."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, and what waits for it."""

    now: Callable[[], datetime]
    sleep: Callable[[float], object]


@dataclass(frozen=True, slots=True)
class WaitPolicy:
    """From which age on a result is not fresh, and how long to wait for a fresh one."""

    max_age: Duration
    timeout: timedelta


@dataclass(frozen=True, slots=True)
class ScanTarget:
    """An image, and the registry that scans it."""

    image: Image
    registry: ScanRegistry


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """The result of an image, or the reason why there is none; `note` is what a reader of the result should know."""

    image: Image
    result: ScanResult | None = None
    problem: str = ""
    note: str = ""


def scan_images(
    targets: Sequence[ScanTarget], policy: WaitPolicy, clock: Clock, on_progress: Callable[[str], object]
) -> list[ScanOutcome]:
    """Return the outcome of each image, in their order.

    `on_progress` gets a sentence when a scan starts or is waited for. While it waits, throttling and faults of ECR that
    pass end nothing. Raises CallFailedError for a call that is refused, IncompleteResultError.
    """
    began = clock.now()
    scans = [_Scan(target, policy, clock, on_progress) for target in targets]
    delays = iter(DELAYS_SECONDS)
    delay = DELAYS_SECONDS[0]
    while True:
        for scan in scans:
            scan.advance()
        left = (began + policy.timeout - clock.now()).total_seconds()
        if left <= 0 or all(scan.outcome for scan in scans):
            return [scan.outcome or scan.timed_out() for scan in scans]
        delay = next(delays, delay)
        clock.sleep(min(delay, left))


class _Scan:
    """The scan of one image: `advance` makes the calls that can be made now, until there is an outcome."""

    def __init__(
        self, target: ScanTarget, policy: WaitPolicy, clock: Clock, on_progress: Callable[[str], object]
    ) -> None:
        self._image, self._registry = target.image, target.registry
        self._policy, self._clock, self._on_progress = policy, clock, on_progress
        self._last: LastScan | None = None
        self._before: LastScan | None = None
        self._waits_since: datetime | None = None
        self._said_at = clock.now()
        self._error = ""
        self.outcome: ScanOutcome | None = None

    def advance(self) -> None:
        """Ask ECR, and act on its answer; nothing where there is an outcome already."""
        if self.outcome:
            return
        try:
            self._follow(self._poll() if self._waits_since else self._begin())
            self._error = ""
        except (ImageNotFoundError, RepositoryNotFoundError):
            self.outcome = ScanOutcome(self._image, problem=GONE)
        except CallFailedError as error:
            if not error.is_passing:
                raise
            self._error = str(error)

    def timed_out(self) -> ScanOutcome:
        """Return the outcome at the end of the wait."""
        return ScanOutcome(self._image, problem=timed_out(self._last, self._policy.timeout, self._error))

    def _begin(self) -> Decision:
        self._last = self._registry.last_scan(self._image)
        decision = before_start(self._last, self._clock.now(), self._policy.max_age)
        return self._start(self._last) if decision.step is Step.START else decision

    def _start(self, last: LastScan) -> Decision:
        refusal = ""
        try:
            result = self._registry.start_scan(self._image)
        except ScanRefusedError as error:
            result, refusal = StartScanResult.REFUSED, str(error)
        self._before = last
        decision = after_start(result, last, self._clock.now(), refusal)
        if decision.step is Step.WAIT and result is StartScanResult.DISABLED:
            is_watched = self._registry.is_watched(self._image.repository.name)
            if is_watched is False and last.status is ScanStatus.NOT_SCANNED:
                return Decision(Step.NEVER, UNWATCHED)
        if decision.step is Step.WAIT:
            self._say(EXPLANATIONS[result])
        return decision

    def _poll(self) -> Decision:
        self._last = self._registry.last_scan(self._image)
        waited = self._clock.now() - (self._waits_since or self._clock.now())
        if self._clock.now() - self._said_at >= SAY_EACH:
            self._say(f"{self._last.status} after {describe_length(waited)}")
        return after_poll(self._last, self._before, waited)

    def _follow(self, decision: Decision) -> None:
        if decision.step is Step.NEVER:
            self.outcome = ScanOutcome(self._image, problem=decision.reason)
            return
        if decision.step is Step.READ:
            result = self._read()
            if result:
                self.outcome = ScanOutcome(self._image, result, note=decision.reason)
                return
        if self._waits_since is None:
            self._waits_since = self._clock.now()
            self._say(f"waiting up to {describe_length(self._policy.timeout)} for its scan to end")

    def _read(self) -> ScanResult | None:
        """Return the result, None where another scan began since ECR was asked last."""
        result = self._registry.scan_result(self._image.id)
        if result is None or result.status not in SUCCEEDED:
            return None
        if not result.is_full:
            total = sum(result.counts.values())
            raise IncompleteResultError(f"ECR counts {total} findings, and returned {len(result.findings)} of them")
        return result

    def _say(self, text: str) -> None:
        self._said_at = self._clock.now()
        self._on_progress(f"{self._image.id.name(next(iter(self._image.tags), ''))}: {text}")
