"""The template accepts the schedules that EventBridge accepts."""

import pytest

from tests.template.declared import accepts


@pytest.mark.parametrize(
    "schedule",
    ["rate(1 day)", "rate(12 hours)", "rate(30 minutes)", "cron(0 4 * * ? *)", "cron(15 10 ? * MON-FRI *)"],
)
def test_a_schedule_of_eventbridge_is_accepted(schedule: str) -> None:
    assert accepts("ScanSchedule", schedule)
    assert accepts("DigestSchedule", schedule)


@pytest.mark.parametrize(
    "schedule",
    ["", "1d", "7 days", "rate(0 days)", "rate(-1 day)", "rate(1 week)", "rate(day)", "cron(* * * * *)", "every day"],
)
def test_the_template_refuses_a_value_that_is_no_schedule(schedule: str) -> None:
    assert not accepts("ScanSchedule", schedule)
    assert accepts("DigestSchedule", schedule) == (schedule == "")
