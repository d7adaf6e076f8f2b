"""What the commands for suppressions have in common: their options, their clock, and how they end."""

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import click
from rich.console import Console

from ecr_scan_reporter.bootstrap.terminal import TerminalSuppressions
from ecr_scan_reporter.cli.exits import DONE, INCOMPLETE, UNUSABLE, print_error
from ecr_scan_reporter.cli.parameters import PROFILE, with_options
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import CallFailedError, EcrScanReporterError
from ecr_scan_reporter.settings.functions import TerminalSuppressionsSettings


class Run:
    """One run of a command: what it works with, and whether all of it was done."""

    def __init__(self, settings: TerminalSuppressionsSettings) -> None:
        self.now = now()
        self.today = self.now.date()
        self.is_complete = True
        self._console = Console(stderr=True)
        self.terminal = TerminalSuppressions(settings, self.left_undone)

    def left_undone(self, problem: str) -> None:
        """Name something that could not be done."""
        print_error(self._console, problem)
        self.is_complete = False

    def warn_of_ended(self, suppressions: Iterable[Suppression]) -> None:
        """Name the suppressions that suppress nothing, because they have ended already."""
        for suppression in suppressions:
            if not suppression.holds_on(self.today):
                print_error(
                    self._console, f"{suppression.id} has ended already, on {suppression.until}: it suppresses nothing"
                )

    def author(self, given: str | None) -> str:
        """Return who makes suppressions now: whom `--author` names, else whose credentials are used."""
        return given or self.terminal.identity().arn


def now() -> datetime:
    """Return the time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def _explained(error: EcrScanReporterError, settings: TerminalSuppressionsSettings) -> str:
    if isinstance(error, CallFailedError) and error.code == "ResourceNotFoundException":
        return f"there is no table {settings.table} in this account and region"
    return str(error)


_TABLE = click.option(
    "--table",
    metavar="NAME",
    required=True,
    envvar="SUPPRESSIONS_TABLE",
    show_envvar=True,
    help="The suppressions table of a deployed application.",
)
_REGION_OF_TABLE = click.option("--region", metavar="NAME", help="Region of the table, and of the registry.")


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of the suppressions table; it gets them as `settings`, further ones by name."""

    @wraps(command)
    def with_settings(*, profile: str | None, region: str | None, table: str, **further: Any) -> Any:
        return command(settings=TerminalSuppressionsSettings(profile, region, table), **further)

    return with_options(with_settings, (_TABLE, PROFILE, _REGION_OF_TABLE))


def run_command(command: Callable[..., Any]) -> Callable[..., Any]:
    """Make a command that gets a `run`, with the options of the table; it ends with the status of the run."""

    @table_options
    @wraps(command)
    def with_run(*, settings: TerminalSuppressionsSettings, **further: Any) -> None:
        try:
            run = Run(settings)
            command(run=run, **further)
        except EcrScanReporterError as error:
            print_error(Console(stderr=True), f"error: {_explained(error, settings)}")
            sys.exit(UNUSABLE)
        sys.exit(DONE if run.is_complete else INCOMPLETE)

    return with_run
