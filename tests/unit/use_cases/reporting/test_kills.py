"""An invocation may end at any of its steps. Repeated, it leaves what it would have left, and tells nobody twice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.use_cases.delivery import Channels
from ecr_scan_reporter.use_cases.reporting.recording import Stores
from ecr_scan_reporter.use_cases.reporting.report_scan import report_scan
from tests.unit.samples import ANY_FINDING, NOW
from tests.unit.use_cases.reporting.chain import Chain, sender_to
from tests.unit.use_cases.reporting.scans import APT, CURL, DESCRIBED, WEEK, new_event, result_of

STEPS = 13


class KilledError(BaseException):
    """The end of the process."""


@dataclass
class Life:
    """Ends with its last step: before the step has its effect, or after it."""

    last: int
    is_after: bool = False
    steps: int = 0

    def of(self, thing: Any) -> Any:
        """Return the thing, each call of which is a step."""
        return _Mortal(thing, self)

    def step(self, call: Callable[[], Any]) -> Any:
        self.steps += 1
        is_last = self.steps == self.last
        if is_last and not self.is_after:
            raise KilledError
        answer = call()
        if is_last:
            raise KilledError
        return answer


class _Mortal:
    def __init__(self, thing: Any, life: Life) -> None:
        self._thing, self._life = thing, life

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._thing, name)
        if name == "uri":
            return found
        return lambda *arguments, **named: self._life.step(lambda: found(*arguments, **named))


def changed_chain() -> Chain:
    """Return a chain in which the last scan found APT, and the next one finds CURL in its place, under one more tag."""
    chain = Chain()
    chain.report_result(result_of(APT, at=NOW - WEEK))
    chain.topic.published.clear()
    chain.registry.listed = [replace(DESCRIBED, tags=("latest", "1.2", "1.3"))]
    chain.registry.result = result_of(CURL)
    return chain


EVENT = new_event(at=NOW)


def live(chain: Chain, life: Life, notify_on: NotifyOn) -> None:
    """Report the scan for as long as the process lives."""
    stores = Stores(life.of(chain.ledger), life.of(chain.findings), life.of(chain.suppressions))
    channels: Channels[ScanReport] = Channels({"topic": sender_to(life.of(chain.topic))}, chain.once)
    policy = ReportPolicy(ANY_FINDING, notify_on=notify_on)
    report_scan(EVENT, replace(chain.tools(channels, stores), registry=life.of(chain.registry)), policy=policy, now=NOW)


def left_by(chain: Chain) -> tuple[object, ...]:
    """Return what the stores and the topic have got."""
    changes = {repr(change) for change in chain.ledger.changes}
    messages = [notification.message for notification in chain.topic.published]
    return chain.findings.saved, chain.ledger.results[-1], changes, messages


def test_a_whole_life_has_as_many_steps_as_are_tried_here() -> None:
    life = Life(last=0)
    live(changed_chain(), life, NotifyOn.NEW)
    assert life.steps == STEPS


@pytest.mark.parametrize("notify_on", list(NotifyOn))
@pytest.mark.parametrize("is_after", [False, True], ids=["before its effect", "after its effect"])
@pytest.mark.parametrize("last", range(1, STEPS + 1))
def test_killed_at_any_step_and_repeated_it_leaves_the_same(notify_on: NotifyOn, is_after: bool, last: int) -> None:
    undisturbed, chain = changed_chain(), changed_chain()
    live(undisturbed, Life(last=0), notify_on)
    life = Life(last, is_after)
    with pytest.raises(KilledError):
        live(chain, life, notify_on)
    was_publishing = is_after and len(chain.topic.published) == 1 and len(chain.once.done) == 1
    live(chain, Life(last=0), notify_on)
    if was_publishing:
        # Between SNS and the table of what was told nothing is certain: rather twice than never.
        del chain.topic.published[0]
    assert left_by(chain) == left_by(undisturbed)
