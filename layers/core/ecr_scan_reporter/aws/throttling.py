"""The pace of calls to an API that throttles: finds the rate that the API allows, and holds it.

AWS throttles with a token bucket for each account and region, as this page describes for EC2. The rate of
StartImageScan is not published. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
"""

from collections import deque
from enum import Enum

SECOND = 1.0
# Calls a second.
SLOWEST, FASTEST = 2.0, 2_000.0
FIRST_TRY = 32.0
# A pace begins when TROUBLE of the RECENT calls were throttled.
RECENT, TROUBLE = 10, 5
# A tried pace is judged after so many results, or earlier when all of the first were throttled.
RESULTS, NOTHING_PASSES = 8, 4
TRY_FASTER = 1.5
RELIABLE_BURST = 16  # calls that passed in a second; fewer may be the whole content of a small bucket
# A passed call raises the pace a little, a throttled one lowers it. So a few calls in a hundred are always throttled:
# the price of a pace that is never below the allowed rate.
FASTER, SLOWER = 0.002, 0.16
MAX_FASTER = 0.15
# After so many passed calls in a row, or so many seconds without throttling, the step FASTER doubles.
CLEAN, CLEAN_SECONDS = 25, 1.5
RECOVER = 1.03  # factor of a passed call, up to the rate that passed before the throttling
FLOOR = 0.6  # share of the rate that passed in the last second, below which the pace does not fall
# When a slower pace changes nothing, the pace is free for so long, and not compared again for so long.
FREE_SECONDS, COMPARE_AGAIN_SECONDS = 10.0, 20.0
COMPARED = 24  # results at FIRST_TRY
# A slower pace is useless when FIRST_TRY has at most this much more of its calls throttled than the slowest pace.
NO_WORSE = 0.15


class _State(Enum):
    FREE = "free"
    SEARCHING = "searching"
    STEADY = "steady"


class Pace:
    """Decides when the next call may start. The caller gives all times, in seconds on one clock.

    Without throttling the pace is free: calls start at once. When half of the last ten calls were throttled, it
    searches the allowed rate, beginning with the calls that passed in the second before. Then it stays a little above
    that rate. An API that counts by the second passes nothing until the second is over: the pace rests until then.

    Where even the slowest pace is throttled, a few calls at a faster one show whether the pace matters. If it does not,
    the pace is free for a while, and the retries do the rest. If it does, others use the allowed rate too, and this
    caller stays within its part.
    """

    def __init__(self) -> None:
        self._state = _State.FREE
        self._rate: float | None = None
        self._next_start = 0.0
        # The result of a call that started before the pace last changed proves nothing about the new pace.
        self._generation = 0
        self._recent: deque[bool] = deque(maxlen=RECENT)
        self._compared: list[bool] = []
        self._passed_at: deque[float] = deque()
        self._burst = 0
        self._rest_until = 0.0
        self._free_until = self._compares_again_at = 0.0
        # The throttled share at the slowest pace, while a faster one runs for comparison.
        self._share_at_slowest: float | None = None
        self._step = FASTER
        self._clean = 0
        self._clean_since = 0.0
        self._passed_before = 0

    @property
    def calls_per_second(self) -> float | None:
        """The pace in calls a second, None while it is free."""
        return self._rate

    def seconds_to_wait(self, now: float) -> float:
        """Return the seconds until the next call may start."""
        return 0.0 if self._rate is None else max(0.0, self._next_start - now)

    def start(self, now: float) -> int:
        """Record the start of a call; return the generation to hand in with its result."""
        if self._rate is not None:
            gap = 1.0 / self._rate
            self._next_start = max(self._next_start, now - gap) + gap
        return self._generation

    def passed(self, generation: int, now: float) -> None:
        """Record a call that was not throttled."""
        self._passed_at.append(now)
        self._record(True, generation, now)

    def throttled(self, generation: int | None, now: float) -> None:
        """Record a throttled call; with None, a response that names throttled entries."""
        self._record(False, self._generation if generation is None else generation, now)

    def _record(self, has_passed: bool, generation: int, now: float) -> None:
        while self._passed_at and self._passed_at[0] < now - SECOND:
            self._passed_at.popleft()
        if self._state is _State.FREE:
            self._watch(has_passed, now)
            return
        if generation < self._generation:
            return
        self._recent.append(has_passed)
        if self._state is _State.SEARCHING:
            self._search(now)
        elif has_passed:
            self._go_faster(now)
        else:
            self._go_slower(now)

    def _watch(self, has_passed: bool, now: float) -> None:
        if now < self._free_until:
            return
        self._recent.append(has_passed)
        if self._recent.count(False) >= TROUBLE:
            self._burst = len(self._passed_at)
            self._rest_until = (self._passed_at[0] if self._passed_at else now) + SECOND
            self._try(self._burst if self._is_burst_reliable else FIRST_TRY, now)

    @property
    def _is_burst_reliable(self) -> bool:
        return self._burst >= RELIABLE_BURST

    def _search(self, now: float) -> None:
        results, passed = len(self._recent), self._recent.count(True)
        if self._share_at_slowest is not None:
            self._compare(self._share_at_slowest, now)
        elif not passed and results >= NOTHING_PASSES:
            self._rest(now)
        elif results >= RESULTS:
            if passed < results - 1 or self._is_burst_reliable:
                self._settle(self._rate_now * passed / results)
            else:
                self._set(self._rate_now * TRY_FASTER)
                self._end_if_free()

    def _rest(self, now: float) -> None:
        """Nothing passes: wait until the second of the burst is over, then continue at its rate."""
        passed_lately = FLOOR * len(self._passed_at)
        if now >= self._rest_until:
            self._settle(passed_lately) if passed_lately > SLOWEST else self._try(SLOWEST, now)
        elif self._is_burst_reliable:
            self._settle(self._burst)
            self._next_start = self._rest_until
        else:
            self._try(self._burst, now)
            self._next_start = self._rest_until

    def _go_faster(self, now: float) -> None:
        self._clean += 1
        if self._clean >= CLEAN or now - self._clean_since >= CLEAN_SECONDS:
            self._clean, self._clean_since, self._step = 0, now, min(self._step * 2, MAX_FASTER)
        was_faster = self._rate_now < 0.95 * self._passed_before
        self._rate = self._rate_now * (RECOVER if was_faster else 1.0 + self._step)
        self._end_if_free()

    def _go_slower(self, now: float) -> None:
        self._clean, self._clean_since, self._step = 0, now, FASTER
        self._passed_before = len(self._passed_at)
        self._rate = max(SLOWEST, self._rate_now * (1.0 - SLOWER), FLOOR * self._passed_before)
        self._generation += 1
        is_mixed = 3 <= self._recent.count(True) <= RECENT - 3 and len(self._recent) == RECENT
        if self._rate <= SLOWEST and is_mixed and now >= self._compares_again_at:
            self._share_at_slowest, self._compared = self._recent.count(False) / RECENT, []
            self._compares_again_at = now + COMPARE_AGAIN_SECONDS
            self._try(FIRST_TRY, now)

    def _compare(self, share_at_slowest: float, now: float) -> None:
        """Set the pace free when the faster pace is throttled hardly more than the slowest."""
        self._compared.append(self._recent[-1])
        if len(self._compared) < COMPARED:
            return
        share = self._compared.count(False) / COMPARED
        self._share_at_slowest = None
        if share <= share_at_slowest + NO_WORSE:
            self._free_until = now + FREE_SECONDS
            self._compares_again_at = self._free_until
            self._set_free()
        else:
            self._settle(self._rate_now * (1.0 - share))

    @property
    def _rate_now(self) -> float:
        return self._rate or FASTEST

    def _try(self, rate: float, now: float) -> None:
        self._state = _State.SEARCHING
        self._set(rate)
        self._next_start = now

    def _settle(self, rate: float) -> None:
        self._state, self._passed_before = _State.STEADY, 0
        self._set(rate)

    def _set(self, rate: float) -> None:
        self._rate = max(SLOWEST, rate)
        self._generation += 1
        self._clean, self._step = 0, FASTER
        self._recent.clear()

    def _end_if_free(self) -> None:
        if self._rate_now > FASTEST:
            self._set_free()

    def _set_free(self) -> None:
        self._state, self._rate = _State.FREE, None
        self._generation += 1
        self._recent.clear()
