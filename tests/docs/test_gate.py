"""What the page for pipelines has to paste is valid, and the page has every option, condition and status."""

import json
import re
import shlex

import click
import pytest
import yaml

from ecr_scan_reporter.cli.gate.command import check
from ecr_scan_reporter.cli.gate.run import STATUSES
from ecr_scan_reporter.cli.main import cli
from ecr_scan_reporter.domain.gate.conditions import COUNTED, SEVERITIES, parse_conditions
from tests.docs.markdown import ROOT
from tests.not_empty import not_empty

PAGE = (ROOT / "docs/how-to/gate-a-pipeline.md").read_text(encoding="utf-8")
SECTIONS = (section.partition("\n") for section in re.split(r"^## ", PAGE, flags=re.MULTILINE))
PIPELINES = {
    title: found[1] for title, _, text in SECTIONS if (found := re.search(r"```yaml\n(.*?)```", text, re.DOTALL))
}
_CALL = re.compile(r"ecr-scan-reporter (check .*)$", re.MULTILINE)
CALLS = [call for text in (PAGE, *PIPELINES.values()) for call in _CALL.findall(text) if "`" not in call]
# Of all commands, or described in words.
ELSEWHERE = {"--help", "--limit", "--profile", "--region"}


def test_there_is_a_pipeline_for_each_system() -> None:
    assert PIPELINES.keys() == {"GitHub Actions", "GitLab CI", "AWS CodeBuild"}


@pytest.mark.parametrize("name", not_empty(list(PIPELINES)))
def test_a_pipeline_is_yaml_and_has_the_check(name: str) -> None:
    assert "ecr-scan-reporter check" in str(yaml.safe_load(PIPELINES[name]))


@pytest.mark.parametrize("call", not_empty(sorted(set(CALLS))))
def test_a_command_is_one_that_the_program_takes(call: str) -> None:
    name, *arguments = shlex.split(re.sub(r'"\$IMAGE[^"]*"', "payments/app:1.4", call))
    assert name == "check"
    check.make_context(name, arguments, parent=click.Context(cli, **cli.context_settings))


def test_every_option_is_described() -> None:
    options = {name for option in check.params for name in option.opts if name.startswith("--")}
    assert [name for name in sorted(options - ELSEWHERE) if f"`{name}" not in PAGE] == []


def test_every_condition_is_described_and_each_that_is_described_is_taken() -> None:
    section = PAGE.partition("## What fails")[2].partition("## ")[0]
    rows = re.findall(r"^\| (`[^|]+`) \| (?!suppressions|leaves|counts only)", section, re.MULTILINE)
    named = [code for row in rows for code in re.findall(r"`([^`]+)`", row) if not code.startswith("--")]
    found = {str(condition.name) for text in named for condition in parse_conditions(text)}
    assert found == {*SEVERITIES, *(kind.value for kind in COUNTED), "epss>=0.5"}


def test_every_exit_status_of_a_verdict_has_its_row() -> None:
    statuses = {int(status) for status in re.findall(r"^\| (\d+) \| ", PAGE, re.MULTILINE)}
    assert statuses == {*STATUSES.values(), 2, 130}


def test_the_policy_is_json_of_known_services() -> None:
    (text,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    actions = [action for statement in json.loads(text)["Statement"] for action in statement["Action"]]
    assert {action.partition(":")[0] for action in actions} == {"ecr", "inspector2", "cloudformation", "dynamodb", "s3"}
