"""The replay of a year, as a table to read as a person: nothing missing, nothing reported twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy
from tests.unit.samples import image
from tests.unit.use_cases.reporting.chain import Chain
from tests.unit.use_cases.reporting.scans import new_event
from tests.unit.use_cases.reporting.year import IMAGES, Week, year

EXPECTED = Path(__file__).parent / "expected"
NOTHING = "-"


def report_week(chain: Chain, week: Week, notify_on: NotifyOn) -> str:
    """Report the scan of a week, twice as events may come; return the subjects that were published."""
    chain.registry.listed = [replace(image(tags=("2.31",)), id=IMAGES[week.image])]
    chain.registry.result = week.result
    chain.suppressions.known = week.suppressions
    before = len(chain.topic.published)
    event = new_event(image=IMAGES[week.image], at=week.at, status=week.result.status, counts=week.result.counts)
    for _ in range(2):
        chain.report(event, ReportPolicy(week.thresholds, notify_on=notify_on), now=week.at)
    return " | ".join(notification.subject for notification in chain.topic.published[before:]) or NOTHING


def rendered(notify_on: NotifyOn) -> str:
    """Return what each week brought under one value of NotifyOn."""
    chain = Chain()
    lines = [f"week {week.number:>2}  {week.event}\n         {report_week(chain, week, notify_on)}" for week in year()]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("notify_on", NotifyOn)
def test_a_year_is_reported_as_a_person_wants_to_read_it(notify_on: NotifyOn) -> None:
    assert rendered(notify_on) == (EXPECTED / f"year_{notify_on.value.lower()}.txt").read_text(encoding="utf-8")
