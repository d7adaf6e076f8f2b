"""One pace for all threads that call the same API: slower together when it throttles, faster again when it does not."""

import threading
import time
from collections.abc import Callable

SLOWEST = 5.0
FASTEST = 2_000.0
SLOW_DOWN = 0.7
SPEED_UP = 1.03
# Calls in flight when the API began to throttle tell nothing new: one slow-down for all of them.
SLOW_DOWN_EVERY_SECONDS = 0.2


class Pacer:
    """Hands out start times. Without throttling it hands them out at once: the pace is free.

    The first throttled call sets the pace to a share of what was measured; each further one slows it down, at most
    five times a second, and each call that goes through speeds it up, until it is free again.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._rate = 0.0  # calls a second; 0 is free
        self._next_start = 0.0
        self._slowed_at = -SLOW_DOWN_EVERY_SECONDS
        self._measured_from = clock()
        self._measured = 0

    @property
    def calls_per_second(self) -> float | None:
        """The pace; None while it is free."""
        return self._rate or None

    def wait(self) -> None:
        """Sleep until this caller's turn."""
        if not self._rate:
            return
        with self._lock:
            now = self._clock()
            start = max(now, self._next_start)
            self._next_start = start + (1.0 / self._rate if self._rate else 0.0)
        if start > now:
            self._sleep(start - now)

    def succeeded(self) -> None:
        """Tell that a call went through."""
        if not self._rate:
            self._measured += 1
            return
        with self._lock:
            self._rate *= SPEED_UP
            if self._rate > FASTEST:
                self._be_free()

    def throttled(self) -> None:
        """Tell that a call was throttled."""
        with self._lock:
            now = self._clock()
            if now - self._slowed_at < SLOW_DOWN_EVERY_SECONDS:
                return
            self._slowed_at = now
            rate = self._rate or self._measured / max(now - self._measured_from, 0.1)
            self._rate = max(rate * SLOW_DOWN, SLOWEST)

    def _be_free(self) -> None:
        self._rate = 0.0
        self._measured_from, self._measured = self._clock(), 0
