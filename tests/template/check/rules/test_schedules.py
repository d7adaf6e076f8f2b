"""Schedules that EventBridge refuses."""

import pytest

from scripts.template_check.rules import schedules
from scripts.template_check.rules.schedules import BAD, GOOD, is_schedule
from scripts.template_check.source import Template
from tests.not_empty import not_empty
from tests.template.check.faults import Fault, Faults, assert_reported, properties

FAULTS = Faults(schedules)


@FAULTS.fault("parameters-accept-schedules-alone", "ScanSchedule")
def a_parameter_accepts_a_wrong_plural(mutated: Template) -> None:
    loose = r"^(rate\([1-9][0-9]* (minutes?|hours?|days?)\)|cron\(.*\))$"
    mutated["Parameters"]["ScanSchedule"]["AllowedPattern"] = loose


@FAULTS.fault("parameters-accept-schedules-alone", "DigestSchedule")
def a_parameter_refuses_a_day_of_the_week(mutated: Template) -> None:
    pattern = mutated["Parameters"]["DigestSchedule"]["AllowedPattern"]
    mutated["Parameters"]["DigestSchedule"]["AllowedPattern"] = pattern.replace(r"\? [0-9A-Za-z", r"\? [0-9")


@FAULTS.fault("schedules-are-valid", "DigestScheduleRule")
def the_schedule_by_default_is_none(mutated: Template) -> None:
    schedule = properties(mutated, "Digest")["Events"]["ScheduleRule"]["Properties"]["Schedule"]
    schedule["Fn::If"][2] = "cron(0 7 * * MON *)"


@FAULTS.fault("schedules-are-valid", "RepositoriesScannerSchedule")
def the_default_of_a_parameter_is_no_schedule(mutated: Template) -> None:
    mutated["Parameters"]["ScanSchedule"]["Default"] = "rate(1 days)"


@FAULTS.each
def test_a_fault_that_is_put_back_is_reported(fault: Fault) -> None:
    assert_reported(fault)


def test_every_rule_has_a_fault_that_it_notices() -> None:
    assert FAULTS.noticed == FAULTS.expected


@pytest.mark.parametrize("expression", not_empty(GOOD))
def test_a_schedule_of_eventbridge_is_known(expression: str) -> None:
    assert is_schedule(expression)


@pytest.mark.parametrize(
    "expression", [*not_empty(BAD), "cron(60 4 * * ? *)", "cron(0 4 32 * ? *)", "cron(0 4 ? * XYZ *)", ""]
)
def test_an_expression_that_eventbridge_refuses_is_no_schedule(expression: str) -> None:
    assert not is_schedule(expression)
