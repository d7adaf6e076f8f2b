"""What the options of all groups of commands have in common."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from ecr_scan_reporter.errors import InvalidInputError


class Parsed(click.ParamType[Any]):
    """An option whose text is read by one of the library's own parsers."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Parse the text; a wrong one is a usage error that says what is allowed."""
        if not isinstance(value, str):
            return value
        try:
            return self._parse(value)
        except InvalidInputError as error:
            self.fail(f"{error.value!r}: allowed is {error.allowed}", param, ctx)


PROFILE = click.option("--profile", metavar="NAME", help="Profile of the AWS configuration.")
REGION = click.option("--region", metavar="NAME", help="Region of the registry.")


def with_options(command: Callable[..., Any], options: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    """Give a command options; its help shows them in this order."""
    for option in reversed(options):
        command = option(command)
    return command
