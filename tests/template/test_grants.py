"""A function may do what it needs, and nothing else."""

import re
from typing import Any

import pytest

from ecr_scan_reporter.domain.scanning.order import ORDER_KEY
from scripts.template_check.source import as_list, statements
from tests.not_empty import not_empty
from tests.template.declared import functions, resources, variables_of

# Actions for which IAM knows no resource that would do.
WITHOUT_RESOURCE = {
    *("ecr:GetRegistryScanningConfiguration", "ecs:ListClusters", "ecs:ListTasks"),
    *("inspector2:ListFindings", "inspector2:ListCoverage"),
}


@pytest.mark.parametrize("statement", not_empty(list(statements(resources))), ids=lambda statement: statement["Sid"])
def test_every_statement_says_what_it_is_for(statement: dict[str, Any]) -> None:
    assert re.fullmatch(r"[A-Za-z0-9]+", statement["Sid"])


def test_only_actions_without_a_resource_are_allowed_on_all_resources() -> None:
    on_all = [
        action
        for statement in statements(resources)
        if statement["Effect"] == "Allow" and "*" in as_list(statement["Resource"])
        for action in as_list(statement["Action"])
    ]
    assert set(on_all) == WITHOUT_RESOURCE


def test_no_function_may_do_everything_with_anything() -> None:
    for name, function in functions.items():
        actions = [action for statement in statements(function) for action in as_list(statement["Action"])]
        assert [action for action in not_empty(actions) if "*" in action] == [], name


def test_the_images_scanner_may_have_the_reporter_report_a_scan_whose_event_was_lost() -> None:
    assert variables_of("ImagesScanner")["REPORTER_FUNCTION_NAME"] == {"Ref": "Reporter"}
    (grant,) = [
        statement
        for statement in statements(functions["ImagesScanner"])
        if statement["Action"] == "lambda:InvokeFunction"
    ]
    assert grant["Resource"] == {"Fn::GetAtt": ["Reporter", "Arn"]}


def test_the_images_scanner_may_read_the_order_of_scans_and_nothing_else_of_the_bucket() -> None:
    condition, granted, otherwise = next(
        policy["Fn::If"]
        for policy in functions["ImagesScanner"]["Properties"]["Policies"]
        if "Fn::If" in policy and policy["Fn::If"][0] == "HasInventory"
    )
    assert (condition, otherwise) == ("HasInventory", {"Ref": "AWS::NoValue"})
    grants = [each for each in statements(functions["ImagesScanner"]) if "s3:" in str(each["Action"])]
    assert grants == granted["Statement"]
    assert [(each["Action"], each["Resource"]) for each in grants] == [
        ("s3:GetObject", {"Fn::Sub": f"${{FindingsBucket.Arn}}/{ORDER_KEY}"})
    ]
    assert variables_of("ImagesScanner")["FINDINGS_BUCKET"] == {
        "Fn::If": ["HasInventory", {"Ref": "FindingsBucket"}, ""]
    }


# What each function may do with repositories of any region and account; a configuration can name one.
ANYWHERE = {
    "ImagesScanner": [
        *("ecr:DescribeImages", "ecr:DescribeImageScanFindings", "ecr:StartImageScan", "ecr:ListTagsForResource")
    ],
    "Reporter": ["ecr:DescribeImages", "ecr:DescribeImageScanFindings", "ecr:ListTagsForResource"],
    "Inventory": [
        *("ecr:DescribeRepositories", "ecr:DescribeImages", "ecr:DescribeImageScanFindings", "ecr:ListTagsForResource")
    ],
}
ON_TABLE = {
    "RepositoriesScanner": ["dynamodb:Scan"],
    "Inventory": ["dynamodb:Scan"],
    "Api": ["dynamodb:Scan", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
}


def test_other_regions_and_accounts_are_open_to_three_functions_and_only_with_scan_configurations() -> None:
    """No action of these is granted elsewhere unless the table of configurations is deployed."""
    found = {name: _granted(name, "arn:${AWS::Partition}:ecr:*:*:repository/*") for name in functions}
    assert {name: actions for name, actions in found.items() if actions} == ANYWHERE
    for name in ANYWHERE:
        always = [each for each in functions[name]["Properties"]["Policies"] if "Fn::If" not in each]
        assert "ecr:*:*:" not in str(always)
        (condition,) = [each["Fn::If"][0] for each in _conditional(name) if "ecr:*:*:" in str(each)]
        assert condition == "HasScanConfigs"


def test_the_table_of_scan_configurations_is_read_by_those_who_need_it_and_changed_by_the_api() -> None:
    arn = {"Fn::GetAtt": ["ScanConfigsTable", "Arn"]}
    grants = {
        name: action
        for name in functions
        for statement in statements(functions[name])
        if statement["Resource"] == arn
        for action in [as_list(statement["Action"])]
    }
    assert grants == ON_TABLE
    given = {name for name in functions if "SCAN_CONFIGS_TABLE" in variables_of(name)}
    assert given == set(ON_TABLE)


def _conditional(function: str) -> list[dict[str, Any]]:
    return [each for each in functions[function]["Properties"]["Policies"] if "Fn::If" in each]


def _granted(function: str, arn: str) -> list[str]:
    return [
        action
        for statement in statements(functions[function])
        if statement["Resource"] == {"Fn::Sub": arn}
        for action in as_list(statement["Action"])
    ]
