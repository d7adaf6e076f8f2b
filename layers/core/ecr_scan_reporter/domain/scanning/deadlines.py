"""The deadline of a Lambda invocation for new work."""

from collections.abc import Callable

# A call under way may take its whole read timeout, and the ledger is written after it.
RESERVE_SECONDS = 20.0
RESERVE_SHARE = 0.25


def work_until(total_seconds: float, started_at: float) -> float:
    """Return the moment after which no new work starts, in seconds on the clock of `started_at`."""
    return started_at + total_seconds - min(RESERVE_SECONDS, total_seconds * RESERVE_SHARE)


def deadline(total_seconds: float | None, clock: Callable[[], float]) -> Callable[[], bool]:
    """Return a function that returns whether time is up; without a total, it never is."""
    if total_seconds is None:
        return lambda: False
    end = work_until(total_seconds, clock())
    return lambda: clock() >= end
