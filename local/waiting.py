"""Waiting for something to become so, for as long as anything moves: a busy machine is slow, and no failure."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

# A function's cold start tells nothing, and takes half a minute where other programs use the processors.
STILL_SECONDS = 90.0
MAX_SECONDS = 600.0
STEP_SECONDS = 0.2


class DeadlinePassedError(Exception):
    """Something did not happen, and nothing else did either; or it took far too long."""


def wait_until(
    what: str,
    is_so: Callable[[], Result | None],
    progress: Callable[[], object] = lambda: None,
    *,
    still: float = STILL_SECONDS,
    most: float = MAX_SECONDS,
) -> Result:
    """Ask until the answer is true, and return it.

    Raises DeadlinePassedError that says what did not happen: when what `progress` returns has stayed the same for
    `still` seconds, and after `most` in any case.
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
