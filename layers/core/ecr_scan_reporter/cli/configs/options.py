"""The options of the commands for scan configurations."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from ecr_scan_reporter.cli.parameters import PROFILE, region_option, unless_stack, with_options
from ecr_scan_reporter.settings.command_line import TerminalConfigsSettings

_TABLE = (
    click.option("--stack", metavar="NAME", default="", help="Stack of the deployed application."),
    click.option(
        "--table",
        metavar="NAME",
        default="",
        envvar="SCAN_CONFIGS_TABLE",
        show_envvar=True,
        help="Table of scan configurations, in place of that of --stack.",
    ),
    PROFILE,
    region_option("Region of the stack and the table."),
)

_FIELDS = (
    click.option("--repository", required=True, metavar="NAME", help="The repository to scan."),
    click.option(
        "--tag", "tags", multiple=True, metavar="TAG", help="Scan only the image with this tag; may be repeated."
    ),
    click.option("--registry-id", metavar="ACCOUNT", help="Account of the repository; by default, that of the caller."),
    click.option("--registry-region", metavar="NAME", help="Region of the repository; by default, that of the table."),
)


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of the table; it gets them as `settings`, further ones by name."""

    @wraps(command)
    def with_settings(*, profile: str | None, region: str | None, stack: str, table: str, **further: Any) -> Any:
        settings = TerminalConfigsSettings(profile, region, stack, unless_stack(stack, "table", table))
        return command(settings=settings, **further)

    return with_options(with_settings, _TABLE)


def field_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an option for each field of a configuration."""
    return with_options(command, _FIELDS)
