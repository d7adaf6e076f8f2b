"""Options that the groups of commands share."""

from collections.abc import Callable, Sequence
from typing import Any

import click
from click.core import ParameterSource

from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings.scanning import DEFAULT_CONCURRENCY


class Parsed(click.ParamType[Any]):
    """A type of options that one of the library's own parsers reads."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Parse the text; a wrong one is a usage error with the allowed values."""
        if not isinstance(value, str):
            return value
        try:
            return self._parse(value)
        except InvalidInputError as error:
            self.fail(f"{error.value!r}: allowed is {error.allowed}", param, ctx)


PROFILE = click.option("--profile", metavar="NAME", help="Profile of the AWS configuration.")


def region_option(text: str) -> Callable[..., Any]:
    """Return the option of the region. Variables and profile come in the order of the AWS CLI."""
    # boto3 alone reads only the second variable: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
    return click.option(
        "--region", metavar="NAME", envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], show_envvar=True, help=text
    )


def ledger_option(text: str) -> Callable[..., Any]:
    """Return the option of the scan ledger."""
    return click.option(
        "--ledger-table", metavar="NAME", default="", envvar="SCAN_LEDGER_TABLE", show_envvar=True, help=text
    )


def concurrency_option(text: str) -> Callable[..., Any]:
    """Return the option of the number of calls at a time."""
    return click.option(
        "--concurrency",
        type=click.IntRange(1, 256),
        default=DEFAULT_CONCURRENCY,
        envvar="SCANNER_THREADS",
        show_default=True,
        show_envvar=True,
        help=text,
    )


def with_options(command: Callable[..., Any], options: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    """Give a command options; its help shows them in this order."""
    for option in reversed(options):
        command = option(command)
    return command


def unless_stack(stack: str, name: str, value: str) -> str:
    """Return the value of an option. A stack that is named counts more than the variable of the option."""
    return value if not stack or is_typed(name) else ""


def is_typed(name: str) -> bool:
    """Return whether an option of the current command was given on the command line."""
    context = click.get_current_context()
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE
