"""One pace for all threads that call the same API: slower together when it throttles, faster again when it does not."""

import threading
import time
from collections.abc import Callable

WINDOW_SECONDS = 0.5
WINDOW_CALLS = 5
TROUBLE = 0.2  # share of calls that may be throttled before the pace is set
NO_HELP = 0.7  # share of the earlier share that must remain for the slower pace to have been of no use
OUTAGE = 0.9  # above this share nothing gets through at any pace
SPEED_UP = 1.5
SLOWEST, FASTEST = 4.0, 2_000.0  # calls a second
LEAVE_ALONE_SECONDS = 10.0


class Pacer:
    """Hands out start times. Without throttling it hands them out at once: the pace is free.

    It looks at windows of half a second or more. When too many of a window's calls were throttled, the pace becomes
    what went through in it, which is about what the API allows; in a window without trouble it rises by half, until it
    is free again. Where the slower pace changed nothing, the throttling is none of our doing (others call the API
    too): then the pace is left free for a while, and the retries with their jitter must do.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._rate: float | None = None
        self._next_start = 0.0
        self._share_before: float | None = None
        self._free_until = 0.0
        self._window_began = clock()
        self._passed = self._throttled = 0

    @property
    def calls_per_second(self) -> float | None:
        """The pace; None while it is free."""
        return self._rate

    def wait(self) -> None:
        """Sleep until this caller's turn."""
        with self._lock:
            if self._rate is None:
                return
            now = self._clock()
            start = max(now, self._next_start)
            self._next_start = start + 1.0 / self._rate
        if start > now:
            self._sleep(start - now)

    def succeeded(self) -> None:
        """Tell that a call went through."""
        with self._lock:
            self._passed += 1
            self._look()

    def throttled(self) -> None:
        """Tell that a call was throttled."""
        with self._lock:
            self._throttled += 1
            self._look()

    def _look(self) -> None:
        now = self._clock()
        seconds, calls = now - self._window_began, self._passed + self._throttled
        if seconds < WINDOW_SECONDS or calls < WINDOW_CALLS:
            return
        self._adapt(self._throttled / calls, self._passed / seconds, now)
        self._window_began, self._passed, self._throttled = now, 0, 0

    def _adapt(self, share: float, passed_per_second: float, now: float) -> None:
        if share <= TROUBLE:
            self._share_before = None
            if self._rate is not None:
                self._rate *= SPEED_UP
                if self._rate > FASTEST:
                    self._rate = None
        elif self._share_before is not None and self._share_before * NO_HELP < share < OUTAGE:
            self._rate = self._share_before = None
            self._free_until = now + LEAVE_ALONE_SECONDS
        elif now >= self._free_until:
            self._share_before = share
            self._rate = max(passed_per_second, SLOWEST)
