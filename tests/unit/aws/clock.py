"""Time that passes only while a caller sleeps."""

from dataclasses import dataclass, field

from ecr_scan_reporter.aws.pacing import Pacer
from ecr_scan_reporter.aws.retries import Caller


@dataclass
class FakeClock:
    """A clock; `sleeps` has the seconds of each sleep."""

    time: float = 1_000.0
    sleeps: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += seconds


def make_caller(clock: FakeClock | None = None) -> Caller:
    """Return a caller that never really sleeps, and whose jitter is the longest possible."""
    clock = clock or FakeClock()
    return Caller(lambda: Pacer(clock, clock.sleep), sleep=clock.sleep, jitter=lambda: 1.0)
