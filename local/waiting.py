"""Wait for a condition while there is progress: a busy machine is slow, and that is no failure."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

# A cold start shows no progress, and takes half a minute on a busy machine.
STILL_SECONDS = 90.0
MAX_SECONDS = 600.0
STEP_SECONDS = 0.2


class DeadlinePassedError(Exception):
    """The condition did not come true, and there was no progress; or it took too long."""


def wait_until(
    what: str,
    is_so: Callable[[], Result | None],
    progress: Callable[[], object] = lambda: None,
    *,
    still: float = STILL_SECONDS,
    most: float = MAX_SECONDS,
) -> Result:
    """Call `is_so` until its result is true, and return it.

    Raises DeadlinePassedError, which names `what`: when `progress` returns the same for `still` seconds, and always
    after `most` seconds.
    """
    began = moved = time.monotonic()
    seen = progress()
    while True:
        answer = is_so()
        if answer:
            return answer
        now, seen_before, seen = time.monotonic(), seen, progress()
        if seen != seen_before:
            moved = now
        if now - moved > still:
            raise DeadlinePassedError(f"nothing has moved for {still:g} s: {what}")
        if now - began > most:
            raise DeadlinePassedError(f"not within {most:g} s: {what}")
        time.sleep(STEP_SECONDS)
