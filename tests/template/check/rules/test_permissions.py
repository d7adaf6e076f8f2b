"""Grants of actions, on resources, or by policies that do not exist."""

from scripts.template_check.rules import permissions
from scripts.template_check.source import Template
from tests.template.check.faults import Fault, Faults, assert_reported, properties, statement

FAULTS = Faults(permissions)


@FAULTS.fault("actions-fit-their-resources", "ReporterRole")
def an_action_does_not_exist(mutated: Template) -> None:
    statement(mutated, "Reporter", "UseLedger")["Action"] = "dynamodb:WriteItem"


@FAULTS.fault("actions-fit-their-resources", "ReporterRole")
def an_action_does_not_take_its_resource(mutated: Template) -> None:
    statement(mutated, "Reporter", "SeeMissingObjects")["Resource"] = {"Fn::Sub": "${FindingsBucket.Arn}/*"}


@FAULTS.fault("actions-fit-their-resources", "RepositoriesScannerRole")
def an_action_without_a_resource_has_one(mutated: Template) -> None:
    tasks = {"Fn::Sub": "arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task/*"}
    statement(mutated, "RepositoriesScanner", "ListClustersAndTasks")["Resource"] = tasks


@FAULTS.fault("actions-fit-their-resources", "ImagesScannerRole")
def an_action_is_on_the_resources_of_another_region(mutated: Template) -> None:
    arn = "arn:${AWS::Partition}:ecr:eu-west-3:${AWS::AccountId}:repository/*"
    statement(mutated, "ImagesScanner", "ScanImages")["Resource"] = {"Fn::Sub": arn}


@FAULTS.fault("actions-fit-their-resources", "ImagesScannerRole")
def an_action_is_on_the_resources_of_one_partition(mutated: Template) -> None:
    arn = "arn:aws:ecr:${AWS::Region}:${AWS::AccountId}:repository/*"
    statement(mutated, "ImagesScanner", "ScanImages")["Resource"] = {"Fn::Sub": arn}


@FAULTS.fault("actions-fit-their-resources", "ImagesScannerRole")
def an_action_is_on_another_type_of_resource_of_any_region_and_account(mutated: Template) -> None:
    arn = "arn:${AWS::Partition}:ecr:*:*:pull-through-cache-rule/*"
    statement(mutated, "ImagesScanner", "ScanConfiguredImages")["Resource"] = {"Fn::Sub": arn}


@FAULTS.fault("actions-fit-their-resources", "ReporterRole")
def an_action_of_another_service_is_on_any_region_and_account(mutated: Template) -> None:
    arn = "arn:${AWS::Partition}:dynamodb:*:*:table/*"
    statement(mutated, "Reporter", "UseLedger")["Resource"] = {"Fn::Sub": arn}


@FAULTS.fault("managed-policies-exist", "DigestRole")
def a_managed_policy_does_not_exist(mutated: Template) -> None:
    policy = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AWSLambdaExecutionRole"}
    properties(mutated, "Digest")["Policies"].append(policy)


@FAULTS.each
def test_a_fault_that_is_put_back_is_reported(fault: Fault) -> None:
    assert_reported(fault)


def test_every_rule_has_a_fault_that_it_notices() -> None:
    assert FAULTS.noticed == FAULTS.expected
