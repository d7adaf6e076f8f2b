"""Where the commands find the inventory: options, variables, and what does not go together."""

import pytest

from ecr_scan_reporter.settings.command_line import TerminalInventorySettings
from tests.cli.inventory.asking import Asking

VARIABLES = {"FINDINGS_BUCKET": "bucket", "SCAN_LEDGER_TABLE": "ledger", "SUPPRESSIONS_TABLE": "mine"}


@pytest.mark.parametrize(
    ("arguments", "variables", "settings"),
    [
        (("--stack", "prod"), {}, TerminalInventorySettings(stack="prod")),
        (("--findings-bucket", "mine"), {}, TerminalInventorySettings(findings_bucket="mine")),
        (
            (),
            VARIABLES,
            TerminalInventorySettings(findings_bucket="bucket", ledger_table="ledger", suppressions_table="mine"),
        ),
        (("--stack", "prod"), VARIABLES, TerminalInventorySettings(stack="prod")),
        (
            ("--stack", "prod", "--suppressions-table", "other"),
            VARIABLES,
            TerminalInventorySettings(stack="prod", suppressions_table="other"),
        ),
        (("--live",), {}, TerminalInventorySettings(is_live=True)),
        (
            ("--live", "--ledger-table", "ledger", "--registry-id", "210987654321", "--concurrency", "4"),
            {},
            TerminalInventorySettings(is_live=True, ledger_table="ledger", registry_id="210987654321", concurrency=4),
        ),
        (
            ("--live", "--findings-bucket", "feeds"),
            {},
            TerminalInventorySettings(is_live=True, findings_bucket="feeds"),
        ),
        (("--live",), {"SCANNER_THREADS": "7"}, TerminalInventorySettings(is_live=True, concurrency=7)),
        (
            ("--live", "--repository", "team/*"),
            {},
            TerminalInventorySettings(is_live=True, repository="team/*"),
        ),
        (
            ("--stack", "prod", "--profile", "audit", "--region", "eu-central-1"),
            {},
            TerminalInventorySettings(profile="audit", region="eu-central-1", stack="prod"),
        ),
    ],
)
def test_the_settings_are_those_of_the_options_and_the_variables(
    asking: Asking,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    variables: dict[str, str],
    settings: TerminalInventorySettings,
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    result = asking.run("images", *arguments, stack="")
    assert result.exit_code == 0, result.stderr
    assert asking.settings == settings


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--stack", "a", "--findings-bucket", "b"), "--stack and --findings-bucket"),
        (("--stack", "a", "--ledger-table", "b"), "--ledger-table needs --live"),
        (("--stack", "a", "--registry-id", "b"), "--registry-id needs --live"),
        (("--stack", "a", "--concurrency", "3"), "--concurrency needs --live"),
    ],
)
def test_options_that_contradict_each_other_exit_with_2(asking: Asking, arguments: tuple[str, ...], said: str) -> None:
    result = asking.run("images", *arguments, stack="")
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
