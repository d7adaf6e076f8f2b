"""References to resources that are not made, and conditions that never hold."""

from scripts.template_check.rules import references
from scripts.template_check.source import Template
from tests.template.check.faults import Fault, Faults, assert_reported, properties

FAULTS = Faults(references, "references-resolve")


@FAULTS.fault("references-resolve", "AlarmTopicPolicy")
def a_resource_is_made_without_what_it_refers_to(mutated: Template) -> None:
    mutated["Resources"]["AlarmTopicPolicy"]["Condition"] = "HasAlarms"


@FAULTS.fault("references-resolve", "Reporter")
def an_environment_refers_to_what_is_not_made(mutated: Template) -> None:
    properties(mutated, "Reporter")["Environment"]["Variables"]["CHAT_TOPIC_ARN"] = {"Ref": "ChatTopic"}


@FAULTS.fault("references-resolve", "ReportTopic")
def a_dependency_is_not_made(mutated: Template) -> None:
    mutated["Resources"]["ReportTopic"]["DependsOn"] = "ChatTopic"


@FAULTS.fault("references-resolve", "ChatTopicArn")
def an_output_is_of_what_is_not_made(mutated: Template) -> None:
    del mutated["Outputs"]["ChatTopicArn"]["Condition"]


@FAULTS.fault("references-resolve", "ReportTopic")
def a_condition_does_not_exist(mutated: Template) -> None:
    properties(mutated, "ReportTopic")["KmsMasterKeyId"]["Fn::If"][0] = "HasKey"


@FAULTS.fault("conditions-vary", "HasEventBus")
def a_condition_never_holds(mutated: Template) -> None:
    mutated["Conditions"]["HasEventBus"] = {"Fn::Equals": [{"Ref": "EventBusArn"}, "yes"]}


@FAULTS.each
def test_a_fault_that_is_put_back_is_reported(fault: Fault) -> None:
    assert_reported(fault)


def test_every_rule_has_a_fault_that_it_notices() -> None:
    assert FAULTS.noticed == FAULTS.expected
