"""Waiting for something to become so, never for ever."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class DeadlinePassedError(Exception):
    """Something did not happen in time."""


def wait_until(what: str, is_so: Callable[[], Result | None], seconds: float = 30, step: float = 0.2) -> Result:
    """Ask until the answer is true, and return it; raise DeadlinePassedError that says what did not happen."""
    deadline = time.monotonic() + seconds
    while True:
        answer = is_so()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise DeadlinePassedError(f"not within {seconds:g} s: {what}")
        time.sleep(step)
