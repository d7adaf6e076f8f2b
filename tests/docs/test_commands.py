"""The commands in the documents that ask the inventory are commands that the program takes."""

import re
import shlex

import click
import pytest

from ecr_scan_reporter.cli.main import INVENTORY, cli
from tests.docs.markdown import ROOT, markdown_files
from tests.not_empty import not_empty

COMMANDS = {str(command.name): command for command in INVENTORY}
_CALL = re.compile(r"(?:\$ |`)ecr-scan-reporter ((?:%s) [^`|>\n]+)" % "|".join(COMMANDS))  # noqa: UP031


def calls() -> list[str]:
    """Return the commands of all documents, without a pipe or a file behind them."""
    texts = (path.read_text(encoding="utf-8") for path in markdown_files())
    return sorted({call.strip() for text in texts for call in _CALL.findall(text)})


@pytest.mark.parametrize("call", not_empty(calls()))
def test_a_command_in_a_document_is_taken(call: str) -> None:
    name, *arguments = shlex.split(call)
    # A command remembers the names of its help option, which the program gives it.
    program = click.Context(cli, **cli.context_settings)
    COMMANDS[name].make_context(name, arguments, parent=program)


def test_every_question_has_an_example() -> None:
    page = (ROOT / "docs/how-to/ask-the-inventory.md").read_text(encoding="utf-8")
    assert {call.split()[0] for call in _CALL.findall(page)} == COMMANDS.keys()
