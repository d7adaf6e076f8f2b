"""One run of a command for suppressions: its clock, its access to AWS, its exit status."""

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from rich.console import Console

from ecr_scan_reporter.bootstrap.terminal import TerminalSuppressions
from ecr_scan_reporter.cli.exits import DONE, INCOMPLETE, UNUSABLE, print_error
from ecr_scan_reporter.cli.suppressions.options import table_options
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import CallFailedError, EcrScanReporterError
from ecr_scan_reporter.settings.command_line import TerminalSuppressionsSettings


class Run:
    """One run of a command; it is complete as long as no problem is reported."""

    def __init__(self, settings: TerminalSuppressionsSettings) -> None:
        self.now = now()
        self.today = self.now.date()
        self.is_complete = True
        self._console = Console(stderr=True)
        self.terminal = TerminalSuppressions(settings, self.report_problem)

    def report_problem(self, problem: str) -> None:
        """Print something that the command could not do."""
        print_error(self._console, problem)
        self.is_complete = False

    def warn_of_ended(self, suppressions: Iterable[Suppression]) -> None:
        """Print the suppressions that have ended already."""
        for each in suppressions:
            if not each.holds_on(self.today):
                print_error(self._console, f"{each.id} ended on {each.until}: it suppresses no finding")

    def author(self, given: str | None) -> Callable[[], str]:
        """Return who makes suppressions: the one given, else the ARN of the caller, which AWS is asked for."""
        return lambda: given or self.terminal.identity().arn


def now() -> datetime:
    """Return the time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def run_command(command: Callable[..., Any]) -> Callable[..., Any]:
    """Make a command that gets a `run`, with the options of the table; it exits with the status of the run."""

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


def _explained(error: EcrScanReporterError, settings: TerminalSuppressionsSettings) -> str:
    if isinstance(error, CallFailedError) and error.code == "ResourceNotFoundException":
        return f"there is no table {settings.table} in this account and region"
    return str(error)
