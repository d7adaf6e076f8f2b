"""The pace of an API operation, shared by all threads that call it."""

import threading
import time
from collections.abc import Callable

from ecr_scan_reporter.aws.throttling import Pace


class Pacer:
    """Makes threads wait for their turn. Without throttling, none waits."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._pace = Pace()
        self._lock = threading.Lock()
        # One thread sleeps until the next start, and the others wait for it: a new pace applies at once.
        self._turn = threading.Lock()

    @property
    def calls_per_second(self) -> float | None:
        """The pace in calls a second, None while it is free."""
        return self._pace.calls_per_second

    def wait(self, time_is_up: Callable[[], bool] = lambda: False) -> int | None:
        """Sleep until this caller's turn. Return the generation to hand in with the result, None when time is up."""
        if self._pace.calls_per_second is None:
            with self._lock:
                return self._pace.start(self._clock())
        with self._turn:
            if time_is_up():
                return None
            with self._lock:
                seconds = self._pace.seconds_to_wait(self._clock())
            if seconds:
                self._sleep(seconds)
            if time_is_up():
                return None
            with self._lock:
                return self._pace.start(self._clock())

    def passed(self, generation: int) -> None:
        """Record a call that was not throttled."""
        with self._lock:
            self._pace.passed(generation, self._clock())

    def throttled(self, generation: int | None = None) -> None:
        """Record a throttled call; without an argument, a response that names throttled entries."""
        with self._lock:
            self._pace.throttled(generation, self._clock())
