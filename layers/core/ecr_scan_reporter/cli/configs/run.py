"""One run of a command for scan configurations: its clock, its access to AWS, its exit status."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from rich.console import Console

from ecr_scan_reporter.bootstrap.terminal_configs import TerminalConfigs
from ecr_scan_reporter.cli.configs.options import table_options
from ecr_scan_reporter.cli.exits import DONE, INCOMPLETE, INTERRUPTED, UNUSABLE, explain, print_error
from ecr_scan_reporter.errors import CallFailedError, EcrScanReporterError
from ecr_scan_reporter.settings.command_line import TerminalConfigsSettings


class UnknownTableError(EcrScanReporterError):
    """The table is not there."""

    def __init__(self, table: str) -> None:
        super().__init__(f"there is no table {table} in this account and region")


class Run:
    """One run of a command; it is complete as long as no problem is reported."""

    def __init__(self, settings: TerminalConfigsSettings) -> None:
        self.now = datetime.now(UTC)
        self.is_complete = True
        self._console = Console(stderr=True)
        self.terminal = TerminalConfigs(settings, self.report_problem)

    def report_problem(self, problem: str) -> None:
        """Print something that the command could not do."""
        print_error(self._console, problem)
        self.is_complete = False

    def note(self, text: str) -> None:
        """Print something about the results on standard error."""
        self._console.print(text, markup=False, emoji=False, highlight=False, soft_wrap=True)


def run_command(command: Callable[..., Any]) -> Callable[..., Any]:
    """Make a command that gets a `run`, with the options of the table; it exits with the status of the run."""

    @table_options
    @wraps(command)
    def with_run(*, settings: TerminalConfigsSettings, **further: Any) -> None:
        try:
            run = Run(settings)
            _call(command, run, **further)
        except EcrScanReporterError as error:
            print_error(Console(stderr=True), f"error: {explain(error)}")
            sys.exit(UNUSABLE)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        sys.exit(DONE if run.is_complete else INCOMPLETE)

    return with_run


def _call(command: Callable[..., Any], run: Run, **further: Any) -> None:
    """Call a command. Raises UnknownTableError where the table is not there."""
    try:
        command(run=run, **further)
    except CallFailedError as error:
        if error.code == "ResourceNotFoundException":
            raise UnknownTableError(run.terminal.table_name) from error
        raise
