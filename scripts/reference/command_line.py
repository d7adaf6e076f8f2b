"""Write docs/reference/command-line.md: the help of each command, as click prints it."""

from collections.abc import Iterator

import click

from ecr_scan_reporter.cli.main import cli
from scripts.reference.pages import FOLDER, Page

WIDTH = 100
NAME = "ecr-scan-reporter"


def render() -> str:
    """Return a section with the help of each command, a group before its commands."""
    return "\n".join(_sections(cli, click.Context(cli, info_name=NAME, terminal_width=WIDTH, **cli.context_settings)))


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner:
                yield from _sections(inner, click.Context(inner, parent=context, info_name=name, terminal_width=WIDTH))


PAGE = Page(FOLDER / "command-line.md", render)
