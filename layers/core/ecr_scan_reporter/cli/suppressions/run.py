"""One run of a command for suppressions: its clock, its access to AWS, its exit status."""

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from rich.console import Console

from ecr_scan_reporter.bootstrap.terminal import TerminalSuppressions
from ecr_scan_reporter.cli.exits import DONE, INCOMPLETE, INTERRUPTED, UNUSABLE, explain, print_error
from ecr_scan_reporter.cli.suppressions.options import table_options
from ecr_scan_reporter.cli.suppressions.words import breadth_warning, exists_error
from ecr_scan_reporter.domain.suppressions.breadth import hides_whole_images
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import CallFailedError, EcrScanReporterError
from ecr_scan_reporter.settings.command_line import TerminalSuppressionsSettings
from ecr_scan_reporter.use_cases.suppressions.edits import SuppressionExistsError
from ecr_scan_reporter.use_cases.suppressions.effects import HiddenFindings, hidden_findings


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

    def note(self, text: str) -> None:
        """Print something about the results on standard error."""
        self._console.print(text, markup=False, emoji=False, highlight=False, soft_wrap=True)

    def warn(self, suppressions: Iterable[Suppression], bucket: str = "") -> None:
        """Print the suppressions that have ended already, and those that leave no finding in their images."""
        for each in suppressions:
            if not each.holds_on(self.today):
                self.warn_of(f"{each.id} ended on {each.until}: it suppresses no finding")
            elif hides_whole_images(each):
                self.warn_of(breadth_warning(each, self.hidden(each, bucket)))

    def warn_of(self, warning: str) -> None:
        """Print a warning, which leaves the run complete."""
        print_error(self._console, warning)

    def hidden(self, suppression: Suppression, bucket: str) -> HiddenFindings | None:
        """Return how much a suppression hides of the results in a bucket, None without a bucket or its results."""
        if not bucket:
            return None
        try:
            return hidden_findings(suppression, self.terminal.results(bucket), now=self.now)
        except CallFailedError as error:
            self.report_problem(f"the findings bucket {bucket} could not be read: {explain(error)}")
            return None

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
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        sys.exit(DONE if run.is_complete else INCOMPLETE)

    return with_run


def _explained(error: EcrScanReporterError, settings: TerminalSuppressionsSettings) -> str:
    if isinstance(error, CallFailedError) and error.code == "ResourceNotFoundException":
        return f"there is no table {settings.table} in this account and region"
    if isinstance(error, SuppressionExistsError):
        return exists_error(error)
    return explain(error)
