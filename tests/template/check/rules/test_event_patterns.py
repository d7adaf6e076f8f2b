"""Patterns of events that are wrong, or that match others than they should."""

from scripts.template_check.rules import event_patterns
from scripts.template_check.source import Template
from tests.template.check.faults import Fault, Faults, assert_reported, properties

FAULTS = Faults(event_patterns)


@FAULTS.fault("patterns-are-valid", "ReporterScanEnded")
def a_pattern_is_not_a_list(mutated: Template) -> None:
    pattern = properties(mutated, "Reporter")["Events"]["ScanEnded"]["Properties"]["Pattern"]
    pattern["detail"]["repository-name"] = {"exists": True}
    pattern["detail"]["repository-name"] = [{"is": "team/app"}, {"exists": True}]


@FAULTS.fault("patterns-match-the-recorded-events", "rules")
def a_pattern_does_not_match(mutated: Template) -> None:
    properties(mutated, "Reporter")["Events"]["ScanEnded"]["Properties"]["Pattern"]["source"] = ["aws.inspector2"]


@FAULTS.fault("patterns-match-the-recorded-events", "FindingEventsRule")
def a_pattern_matches_instances_too(mutated: Template) -> None:
    del properties(mutated, "FindingEventsRule")["EventPattern"]["resources"]


@FAULTS.each
def test_a_fault_that_is_put_back_is_reported(fault: Fault) -> None:
    assert_reported(fault)


def test_every_rule_has_a_fault_that_it_notices() -> None:
    assert FAULTS.noticed == FAULTS.expected
