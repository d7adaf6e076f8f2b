"""Names that clash, or that are too long."""

import copy

from scripts.template_check.rules import names
from scripts.template_check.source import Template
from tests.template.check.faults import Fault, Faults, assert_reported, properties

FAULTS = Faults(names, "sam-transforms-it")


@FAULTS.fault("names-are-unique", "DigestSchedule")
def the_rule_of_the_digest_is_named_like_a_parameter(mutated: Template) -> None:
    events = properties(mutated, "Digest")["Events"]
    events["Schedule"] = events.pop("ScheduleRule")


@FAULTS.fault("names-are-unique", "DigestRole")
def a_role_is_named_like_a_parameter(mutated: Template) -> None:
    mutated["Parameters"]["DigestRole"] = {"Type": "String", "Default": ""}


@FAULTS.fault("names-are-unique", "ReporterScanEndedPermission")
def a_permission_is_named_like_a_parameter(mutated: Template) -> None:
    mutated["Parameters"]["ReporterScanEndedPermission"] = {"Type": "String", "Default": ""}


@FAULTS.fault("names-are-unique", "ReporterEventInvokeConfig")
def a_configuration_of_invocations_is_named_like_a_parameter(mutated: Template) -> None:
    mutated["Parameters"]["ReporterEventInvokeConfig"] = {"Type": "String", "Default": ""}


@FAULTS.fault("names-are-unique", "ReportTopic")
def a_resource_is_named_like_a_parameter(mutated: Template) -> None:
    mutated["Parameters"]["ReportTopic"] = {"Type": "String", "Default": ""}


@FAULTS.fault("names-are-unique", "ReporterScanEnded")
def sam_would_make_two_resources_of_one_name(mutated: Template) -> None:
    event = {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)"}}
    made = {"Handler": "reporter.lambda_handler", "Events": {"Ended": event}}
    mutated["Resources"]["ReporterScan"] = {"Type": "AWS::Serverless::Function", "Properties": made}


@FAULTS.fault("sam-transforms-it", "template")
def a_resource_is_named_like_what_sam_generates(mutated: Template) -> None:
    mutated["Resources"]["DigestRole"] = copy.deepcopy(mutated["Resources"]["ReportTopic"])


@FAULTS.fault("layers-are-the-stacks-own", "CoreLayer")
def two_stacks_share_the_layer(mutated: Template) -> None:
    del properties(mutated, "CoreLayer")["LayerName"]


@FAULTS.fault("names-fit", "CoreLayer")
def a_layers_name_is_too_long(mutated: Template) -> None:
    properties(mutated, "CoreLayer")["LayerName"] = {"Fn::Sub": "${AWS::StackName}-what-the-functions-need"}


@FAULTS.fault("names-fit", "Reporter")
def a_functions_name_is_too_long(mutated: Template) -> None:
    properties(mutated, "Reporter")["FunctionName"] = {"Fn::Sub": "${AWS::StackName}-reporter"}


@FAULTS.fault("databases-are-the-stacks-own-and-athena-takes-their-names", "AnalyticsDatabase")
def a_database_has_a_hyphen_in_its_name(mutated: Template) -> None:
    properties(mutated, "AnalyticsDatabase")["DatabaseInput"]["Name"] = "ecr-scan-reporter"


@FAULTS.fault("databases-are-the-stacks-own-and-athena-takes-their-names", "AnalyticsDatabase")
def a_database_has_a_name_that_glue_would_make(mutated: Template) -> None:
    del properties(mutated, "AnalyticsDatabase")["DatabaseInput"]["Name"]


@FAULTS.fault("databases-are-the-stacks-own-and-athena-takes-their-names", "AnalyticsDatabase")
def two_stacks_share_the_database(mutated: Template) -> None:
    properties(mutated, "AnalyticsDatabase")["DatabaseInput"]["Name"] = "ecr_scan_reporter"


@FAULTS.fault("workgroups-are-the-stacks-own", "AnalyticsWorkGroup")
def two_stacks_share_the_workgroup(mutated: Template) -> None:
    properties(mutated, "AnalyticsWorkGroup")["Name"] = "ecr-scan-reporter"


@FAULTS.fault("names-fit", "AnalyticsWorkGroup")
def a_workgroups_name_is_too_long(mutated: Template) -> None:
    properties(mutated, "AnalyticsWorkGroup")["Name"] = {"Fn::Sub": "${AWS::StackName}-analytics"}


@FAULTS.each
def test_a_fault_that_is_put_back_is_reported(fault: Fault) -> None:
    assert_reported(fault)


def test_every_rule_has_a_fault_that_it_notices() -> None:
    assert FAULTS.noticed == FAULTS.expected
