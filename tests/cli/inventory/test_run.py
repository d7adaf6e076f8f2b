"""What all commands that ask the inventory have in common: notes on the snapshot, errors, the exit status."""

import os
from datetime import timedelta
from typing import Any

import pytest

from ecr_scan_reporter.aws.stacks import Stacks
from ecr_scan_reporter.bootstrap.terminal_inventory import TerminalInventory
from ecr_scan_reporter.cli.main import INVENTORY
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError
from tests.cli.inventory.asking import Asking, renamed
from tests.unit.samples import NOW

ARGUMENTS = {"where": ["curl"], "image": ["payments/app:1.1"], "report": ["--html", os.devnull]}
COMMANDS = [[str(command.name), *ARGUMENTS.get(str(command.name), [])] for command in INVENTORY]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("facts", "said", "status"),
    [
        ({}, "", 0),
        (
            {"is_complete": False, "pending": 1200},
            "the snapshot is not complete: the findings of 1,200 images are not read yet\n",
            1,
        ),
        ({"is_complete": False}, "the snapshot is not complete: not all repositories were listed\n", 1),
        ({"errors": ("a: no\x1b[31m",)}, "the snapshot lacks something: a: no [31m\n", 1),
        ({"built_at": NOW - timedelta(hours=2)}, "", 0),
        (
            {"built_at": NOW - timedelta(hours=5, minutes=59)},
            "the snapshot is 5 hours old: it was built 2026-01-31 06:01 UTC\n",
            0,
        ),
        (
            {"built_at": NOW - timedelta(days=3, hours=5)},
            "the snapshot is 3 days old: it was built 2026-01-28 07:00 UTC\n",
            0,
        ),
    ],
)
def test_a_snapshot_that_lacks_something_is_said_last(
    asking: Asking, command: list[str], facts: dict[str, Any], said: str, status: int
) -> None:
    asking.inventory = renamed(asking.inventory, **facts)
    result = asking.run(*command)
    assert (result.exit_code, result.stderr.endswith(said)) == (status, True)
    assert "the snapshot" not in result.stderr.removesuffix(said)


def test_many_errors_of_a_snapshot_are_counted(asking: Asking) -> None:
    asking.inventory = renamed(asking.inventory, errors=tuple(f"error {number}" for number in range(1007)))
    lines = asking.run("images").stderr.splitlines()
    assert (len(lines), lines[-1]) == (6, "and 1,002 more of these")


def test_what_the_snapshot_lacks_is_said_where_an_image_is_not_found(asking: Asking) -> None:
    asking.inventory = renamed(asking.inventory, is_complete=False)
    lines = asking.run("image", "none").stderr.splitlines()
    assert (lines[0].startswith("the snapshot is not complete"), lines[1].startswith("error: ")) == (True, True)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_part_that_cannot_be_read_is_named_and_exits_with_1(asking: Asking, command: list[str]) -> None:
    asking.problems = ["[red]the item a[/red] cannot be read"]
    result = asking.run(*command)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (1, asking.problems[0])


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (InvalidInputError("the stack", "prod", "another"), 2, "error: the stack is 'prod': allowed is another\n"),
        (CallFailedError("GetObject", "AccessDenied", "no"), 2, "error: AWS denies a call: no\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_an_inventory_that_cannot_be_opened_has_a_status(
    asking: Asking,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    error: BaseException,
    status: int,
    said: str,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(TerminalInventory, "open", fail)
    result = asking.run(*command)
    assert (result.exit_code, result.stdout, result.stderr) == (status, "", said)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_ctrl_c_during_an_answer_exits_with_130(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for name in {question for question in dir(asking.inventory) if not question.startswith("_")} - {"info", "asked"}:
        if callable(getattr(asking.inventory, name)):
            monkeypatch.setattr(asking.inventory, name, interrupt)
    assert asking.run(*command).exit_code == 130


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_the_help_has_the_exit_status_and_the_source(asking: Asking, command: list[str]) -> None:
    text = asking.run(command[0], "--help").stdout
    output = "--html" if command[0] == "report" else "--output"
    words = ("Exit status", "FINDINGS_BUCKET", "--stack", "--live", "--profile", output)
    assert [word for word in words if word not in text] == []


def test_a_stack_without_a_snapshot_is_named(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    def output(_: Stacks, stack: str, name: str) -> str:
        raise InvalidInputError("the stack", stack, f"one with {name}")

    monkeypatch.setattr(Stacks, "output", output)
    result = asking.run("images")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: the stack is 'prod': allowed is one with FindingsBucketName\n",
    )
