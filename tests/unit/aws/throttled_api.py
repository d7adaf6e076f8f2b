"""A simulation: some threads call an API that allows so many calls a second, at the pace that Pace gives them.

Time is simulated, so that a minute of calls takes no time.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from ecr_scan_reporter.aws.throttling import Pace

THREADS = 16
CALL_SECONDS = 0.04


class Limit(Protocol):
    """What an API allows."""

    def allows(self, now: float) -> bool:
        """Count a call at this moment; return whether it gets through."""


@dataclass
class Bucket:
    """Tokens drop into a bucket at `rate` a second, which holds `size` of them; each call takes one."""

    rate: float
    size: float
    tokens: float = 0.0
    filled_at: float = 0.0

    def allows(self, now: float) -> bool:
        """Take a token if there is one."""
        self.tokens = min(self.size, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        is_allowed = self.tokens >= 1
        self.tokens -= is_allowed
        return is_allowed


@dataclass
class Window:
    """At most `rate` calls in any second."""

    rate: int
    allowed_at: deque[float] = field(default_factory=deque)

    def allows(self, now: float) -> bool:
        """Look at the last second."""
        while self.allowed_at and self.allowed_at[0] <= now - 1:
            self.allowed_at.popleft()
        is_allowed = len(self.allowed_at) < self.rate
        if is_allowed:
            self.allowed_at.append(now)
        return is_allowed


@dataclass
class Share:
    """A share of the calls is refused, however slowly they come: other clients use the rest of the rate."""

    refused: float
    dice: random.Random = field(default_factory=lambda: random.Random(1))

    def allows(self, now: float) -> bool:
        """Draw lots."""
        return self.dice.random() >= self.refused


@dataclass
class ImageOutcome:
    """How many calls were made, and when the last of the work was done."""

    calls: int
    seconds: float
    pace: Pace


class _Time:
    """Simulated time: what happens, in order."""

    def __init__(self) -> None:
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._number = count()

    def at(self, moment: float, happens: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._number), happens))

    def run(self) -> None:
        while self._events:
            now, _, happens = heapq.heappop(self._events)
            happens(now)


class _Worker:
    """A process with a pace of its own, and some threads."""

    def __init__(self, limit: Limit, work: int, seed: int, time: _Time) -> None:
        self.pace = Pace()
        self.calls = 0
        self.ended_at = 0.0
        self._limit, self._left, self._at = limit, work, time.at
        self._dice = random.Random(seed)
        self._queue: deque[int] = deque()
        self._has_waiting = False
        for thread in range(THREADS):
            self._at(thread * 0.0005, self._take)

    def _take(self, now: float) -> None:
        if self._left:
            self._left -= 1
            self._line_up(0, now)

    def _line_up(self, attempt: int, now: float) -> None:
        self._queue.append(attempt)
        self._next_turn(now)

    def _next_turn(self, now: float) -> None:
        while self._queue and not self._has_waiting:
            seconds = self.pace.seconds_to_wait(now)
            if seconds:
                self._has_waiting = True
                self._at(now + seconds, self._turn_has_come)
            else:
                self._call(self._queue.popleft(), now)

    def _turn_has_come(self, now: float) -> None:
        self._has_waiting = False
        self._call(self._queue.popleft(), now)
        self._next_turn(now)

    def _call(self, attempt: int, now: float) -> None:
        self.calls += 1
        generation = self.pace.start(now)
        takes = CALL_SECONDS * self._dice.uniform(0.9, 1.1)

        def arrive(now: float) -> None:
            is_allowed = self._limit.allows(now)
            self._at(now + takes / 2, lambda now: self._answer(is_allowed, generation, attempt, now))

        self._at(now + takes / 2, arrive)

    def _answer(self, is_allowed: bool, generation: int, attempt: int, now: float) -> None:
        if is_allowed:
            self.pace.passed(generation, now)
            self.ended_at = now
            self._take(now)
        else:
            self.pace.throttled(generation, now)
            delay = self._dice.random() * min(0.05 * 2**attempt, 2.0)
            self._at(now + delay, lambda now: self._line_up(attempt + 1, now))


def call_an_api(limit: Limit, *, work: int, seed: int = 0, workers: int = 1) -> ImageOutcome:
    """Make calls until `work` of them got through; several workers share it."""
    time = _Time()
    made = [_Worker(limit, work // workers, seed + number, time) for number in range(workers)]
    time.run()
    return ImageOutcome(sum(worker.calls for worker in made), max(worker.ended_at for worker in made), made[0].pace)
