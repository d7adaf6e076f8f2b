"""`list`, `add` and `remove`."""

import json
import re
from pathlib import Path

import boto3
import pytest

from ecr_scan_reporter.aws.configs_table import ConfigsTable
from tests.cli.configs.table import CALLER, CENTOS, ID, REGION, TABLE, contents, run, stored
from tests.cli.credentials import without_credentials
from tests.not_empty import not_empty


@pytest.mark.parametrize(
    ("options", "place", "tags"),
    [
        ((), (REGION, CALLER), None),
        (("--tag", "1.10", "--tag", "latest"), (REGION, CALLER), ["1.10", "latest"]),
        (("--registry-region", "us-west-2", "--registry-id", "210987654321"), ("us-west-2", "210987654321"), None),
    ],
    ids=["whole repository of the caller", "tags", "elsewhere"],
)
def test_one_is_added_with_the_defaults_of_the_caller(
    options: tuple[str, ...], place: tuple[str, str], tags: list[str] | None
) -> None:
    result = run("add", "--repository", "team/app", *options)
    (config,) = not_empty(stored())
    suffix = f", tags {', '.join(tags)}" if tags else ""
    said = f"added {config['id']}: team/app in {place[0]} of account {place[1]}{suffix}\n"
    assert (result.exit_code, result.stdout, result.stderr) == (0, said, "")
    assert ((config["region"], config["registry"]), config["tags"]) == (place, tags)


def test_the_same_images_are_not_added_again() -> None:
    added = run("add", "--repository", "team/app", "--tag", "1", "--tag", "2").stdout
    again = run("add", "--repository", "team/app", "--tag", "2", "--tag", "1")
    assert (again.exit_code, again.stdout) == (0, added.replace("added", "there already:"))
    assert contents() == [("team/app", ["1", "2"])]


def test_a_dry_run_adds_nothing() -> None:
    result = run("add", "--repository", "team/app", "--dry-run")
    assert re.fullmatch(r"added [0-9a-f-]{36}: team/app in .* \(dry run: nothing was changed\)\n", result.stdout)
    assert stored() == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--repository", "Team/App"), "repository of the configuration is 'Team/App'"),
        (("--repository", "team/app", "--tag", "-x"), "tags of the configuration is ['-x']"),
        (("--repository", "team/app", "--registry-id", "1"), "registry of the configuration is '1'"),
        (("--repository", "team/app", "--registry-region", "mars"), "region of the configuration is 'mars'"),
    ],
    ids=["repository", "tag", "account", "region"],
)
def test_a_wrong_one_is_refused_by_the_name_of_its_field(options: tuple[str, ...], said: str) -> None:
    result = run("add", *options)
    assert (result.exit_code, result.stdout, stored()) == (2, "", [])
    assert said in result.stderr
    assert "allowed is" in result.stderr


def test_the_table_for_people_has_a_line_for_each_the_oldest_first() -> None:
    entries = [CENTOS | {"created": "1769860800", "tags": ["7", "8"]}, CENTOS | {"created": "1569927812"}]
    run("import", "-", text=json.dumps(entries))
    heading, *lines = run("list").stdout.splitlines()
    assert heading.split() == ["Id", "Repository", "Tags", "Region", "Account", "Created"]
    assert [line.split()[1:] for line in lines] == [
        ["test/centos", "all", "us-west-2", "123456789012", "2019-10-01"],
        ["test/centos", "7,", "8", "us-west-2", "123456789012", "2026-01-31"],
    ]


@pytest.mark.parametrize(("output", "shown"), [("table", ""), ("json", "[]\n")])
def test_an_empty_list_is_empty_and_says_so(output: str, shown: str) -> None:
    result = run("list", "--output", output)
    assert (result.exit_code, result.stdout, result.stderr) == (0, shown, "there are no scan configurations\n")


def test_a_wrong_item_is_named_and_the_others_are_listed() -> None:
    run("add", "--repository", "team/app")
    boto3.client("dynamodb").put_item(TableName=TABLE, Item={"id": {"S": ID}, "region": {"S": "eu-west-1"}})
    result = run("list", "--output", "json")
    assert (result.exit_code, [each["repository"] for each in json.loads(result.stdout)]) == (1, ["team/app"])
    assert f"registry of configuration {ID} is not set" in result.stderr


def test_they_are_removed_and_those_that_are_not_there_are_named() -> None:
    run("add", "--repository", "team/app")
    config_id = stored()[0]["id"]
    result = run("remove", config_id, "nope", config_id)
    assert (result.exit_code, result.stdout) == (1, f"removed {config_id}\n")
    assert result.stderr == "nope: there is no such scan configuration\n"
    assert (stored(), run("remove").exit_code) == ([], 2)


COMMANDS = [("list",), ("remove", ID), ("import", "-"), ("add", "--repository", "team/app")]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_a_table_that_is_not_there_exits_with_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "--table", "none", text=json.dumps(CENTOS))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: there is no table none in this account and region\n"


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_the_table_must_be_named(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCAN_CONFIGS_TABLE")
    result = run(*arguments, text=json.dumps(CENTOS))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "named by --stack, or by SCAN_CONFIGS_TABLE" in result.stderr


STACK = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}


def test_a_stack_names_its_table_and_counts_more_than_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", "--repository", "team/app")
    template = STACK | {"Outputs": {"ScanConfigsTableName": {"Value": TABLE}}}
    boto3.client("cloudformation").create_stack(StackName="reporter", TemplateBody=json.dumps(template))
    monkeypatch.setenv("SCAN_CONFIGS_TABLE", "none")
    assert "team/app" in run("list", "--stack", "reporter").stdout
    assert run("list", "--stack", "reporter", "--table", "none").exit_code == 2


def test_a_stack_without_the_table_says_what_deploys_it() -> None:
    boto3.client("cloudformation").create_stack(StackName="reporter", TemplateBody=json.dumps(STACK))
    result = run("list", "--stack", "reporter")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "deployed, with EnableApi=True or ScanConfigsOnly=True" in result.stderr
    assert "the stack is 'other'" in run("list", "--stack", "other").stderr


def test_without_credentials_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_credentials(monkeypatch, tmp_path)
    result = run("list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: no AWS credentials were found: give --profile, or set AWS_PROFILE")


def test_ctrl_c_exits_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ConfigsTable, "all", interrupt)
    assert run("list").exit_code == 130
