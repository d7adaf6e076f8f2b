"""How fast to call an API that throttles: the rate that it allows, found from its answers and kept.

AWS throttles with a bucket of tokens for each account and region, as this page describes it for EC2; the rate of
StartImageScan is published nowhere. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
"""

from collections import deque
from enum import Enum

SECOND = 1.0
# Calls a second.
SLOWEST, FASTEST = 2.0, 2_000.0
FIRST_TRY = 32.0
# Of the last calls, so many must have been throttled before a pace is set.
RECENT, TROUBLE = 10, 5
# Of a try, so many answers tell the rate; or, when none gets through, so many throttled ones that it must wait.
ANSWERS, NOTHING_PASSES = 8, 4
TRY_FASTER = 1.5
TELLING_BURST = 16  # calls that passed in a second; fewer may be all that a small bucket holds
# Each call that passes makes the pace a little faster, each that is throttled slower. So a few calls in a hundred are
# throttled for good, which is the price for never being slower than the API allows.
FASTER, SLOWER = 0.002, 0.16
MAX_FASTER = 0.15
# So many calls pass in a row, or all of so many seconds: then the API allows more than was thought, and FASTER doubles.
CLEAN, CLEAN_SECONDS = 25, 1.5
RECOVER = 1.03  # up to what passed in the second before, after a series of throttled calls
KEEP = 0.6  # of what passed in the last second, however many are throttled
# When a slower pace changes nothing: so long the pace is free, and so long nobody looks whether that is so again.
LEAVE_ALONE_SECONDS, LOOK_AGAIN_SECONDS = 10.0, 20.0
COMPARED = 24  # answers at FIRST_TRY
NO_WORSE = (
    0.15  # more of the calls may be throttled at FIRST_TRY than at the slowest pace, if a slower one is of no use
)


class _State(Enum):
    FREE = "free"
    SEARCHING = "searching"
    STEADY = "steady"


class Pace:
    """Decides when the next call may start. All times are seconds on one clock, given by the caller.

    Without throttling the pace is free: calls start at once. When half of the last ten calls were throttled, it tries a
    pace until it knows what passes, then keeps to it, always a little above what the API allows. What passed in one
    second before is a good guess of the rate. An API that counts by the second lets nothing through until that second
    is over: then the pace rests. Where the slowest pace does not help, a few calls at a faster one tell whether it is
    of any use. If not, the throttling does not depend on us: the pace is free for a while, and the retries must do.
    Else others use up what the API allows, and this caller keeps to its part.
    """

    def __init__(self) -> None:
        self._state = _State.FREE
        self._rate: float | None = None
        self._next_start = 0.0
        # Calls that started before the pace was last changed say nothing of the new pace.
        self._generation = 0
        self._recent: deque[bool] = deque(maxlen=RECENT)
        self._compared: list[bool] = []
        self._passed_at: deque[float] = deque()
        self._burst = 0
        self._rest_until = 0.0
        self._left_alone_until = self._looks_again_at = 0.0
        # What was throttled at the slowest pace, while a faster one is tried for comparison.
        self._share_at_slowest: float | None = None
        self._step = FASTER
        self._clean = 0
        self._clean_since = 0.0
        self._passed_before = 0

    @property
    def calls_per_second(self) -> float | None:
        """The pace; None while it is free."""
        return self._rate

    def seconds_to_wait(self, now: float) -> float:
        """Return how long the next call must wait."""
        return 0.0 if self._rate is None else max(0.0, self._next_start - now)

    def start(self, now: float) -> int:
        """Tell that a call starts; return what to hand in with its answer."""
        if self._rate is not None:
            gap = 1.0 / self._rate
            self._next_start = max(self._next_start, now - gap) + gap
        return self._generation

    def passed(self, generation: int, now: float) -> None:
        """Tell that a call was not throttled."""
        self._passed_at.append(now)
        self._answered(True, generation, now)

    def throttled(self, generation: int | None, now: float) -> None:
        """Tell that a call was throttled, or with None that an answer asks for fewer calls."""
        self._answered(False, self._generation if generation is None else generation, now)

    def _answered(self, has_passed: bool, generation: int, now: float) -> None:
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
        if now < self._left_alone_until:
            return
        self._recent.append(has_passed)
        if self._recent.count(False) >= TROUBLE:
            self._burst = len(self._passed_at)
            self._rest_until = (self._passed_at[0] if self._passed_at else now) + SECOND
            self._try(self._burst if self._is_burst_telling else FIRST_TRY, now)

    @property
    def _is_burst_telling(self) -> bool:
        return self._burst >= TELLING_BURST

    def _search(self, now: float) -> None:
        answers, passed = len(self._recent), self._recent.count(True)
        if self._share_at_slowest is not None:
            self._compare(self._share_at_slowest, now)
        elif not passed and answers >= NOTHING_PASSES:
            self._rest(now)
        elif answers >= ANSWERS:
            if passed < answers - 1 or self._is_burst_telling:
                self._settle(self._rate_now * passed / answers)
            else:
                self._set(self._rate_now * TRY_FASTER)
                self._end_if_free()

    def _rest(self, now: float) -> None:
        """Nothing passes: wait until the second is over in which so much did, and go on as fast as that."""
        passed_lately = KEEP * len(self._passed_at)
        if now >= self._rest_until:
            self._settle(passed_lately) if passed_lately > SLOWEST else self._try(SLOWEST, now)
        elif self._is_burst_telling:
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
        self._rate = max(SLOWEST, self._rate_now * (1.0 - SLOWER), KEEP * self._passed_before)
        self._generation += 1
        is_mixed = 3 <= self._recent.count(True) <= RECENT - 3 and len(self._recent) == RECENT
        if self._rate <= SLOWEST and is_mixed and now >= self._looks_again_at:
            self._share_at_slowest, self._compared = self._recent.count(False) / RECENT, []
            self._looks_again_at = now + LOOK_AGAIN_SECONDS
            self._try(FIRST_TRY, now)

    def _compare(self, share_at_slowest: float, now: float) -> None:
        """Nearly as much passes of many calls as of few: then it does not depend on the pace."""
        self._compared.append(self._recent[-1])
        if len(self._compared) < COMPARED:
            return
        share = self._compared.count(False) / COMPARED
        self._share_at_slowest = None
        if share <= share_at_slowest + NO_WORSE:
            self._left_alone_until = now + LEAVE_ALONE_SECONDS
            self._looks_again_at = self._left_alone_until
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
