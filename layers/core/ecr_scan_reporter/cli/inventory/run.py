"""One run of a command that asks the inventory: its clock, the inventory, its exit status."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from rich.console import Console

from ecr_scan_reporter.bootstrap.terminal_inventory import TerminalInventory
from ecr_scan_reporter.cli.exits import DONE, INCOMPLETE, INTERRUPTED, UNUSABLE, explain, print_error
from ecr_scan_reporter.cli.inventory.files import show_every_character
from ecr_scan_reporter.cli.inventory.progress import InventoryBar
from ecr_scan_reporter.cli.inventory.source import source_options
from ecr_scan_reporter.cli.inventory.words import known_of, snapshot_notes
from ecr_scan_reporter.domain.inventory.answers import Totals
from ecr_scan_reporter.domain.inventory.feed_ages import describe_feeds
from ecr_scan_reporter.domain.inventory.selection import ImageFilter, TotalsBy
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.domain.text import one_line
from ecr_scan_reporter.errors import EcrScanReporterError, MissingInputError
from ecr_scan_reporter.settings.command_line import TerminalInventorySettings
from ecr_scan_reporter.use_cases.inventory.ports import Inventory

EPILOG = (
    "Exit status: 0 done, also where nothing is found; 1 the snapshot is not complete, or a part could not be read; "
    "2 wrong usage or no access; 130 interrupted. Results go to standard output, notes and errors to standard error."
)


class Run:
    """One run of a command; it is complete as long as no problem is reported."""

    inventory: Inventory

    def __init__(self, terminal: TerminalInventory) -> None:
        self.terminal = terminal
        self.now = now()
        self.is_complete = True
        self.console = Console(stderr=True)

    def report_problem(self, problem: str) -> None:
        """Print something that could not be read."""
        print_error(self.console, one_line(problem))
        self.is_complete = False

    def known_suppressions(self) -> list[Suppression]:
        """Return the suppressions; none where no table is named."""
        try:
            return self.terminal.suppressions(self.report_problem)
        except MissingInputError:
            return []

    def note(self, text: str) -> None:
        """Print something about the results on standard error."""
        self.console.print(one_line(text), markup=False, emoji=False, highlight=False, soft_wrap=True)

    def note_feeds(self, *, are_shown: bool) -> None:
        """Print of when KEV and EPSS are; which of them is unknown, too, where values of them are shown."""
        if not self.terminal.has_feeds:
            self.note("KEV and EPSS are unknown: with --live, --stack or --findings-bucket names the copies to read")
            return
        for line in describe_feeds(self.inventory.info, self.now, names_unknown=are_shown):
            self.note(line)

    def note_remaining(self, number: int) -> None:
        """Print how many items are not shown; nothing where there are none."""
        if number > 0:
            self.note(f"and {number:,} more: --limit 0 for all")

    def searched(self, wanted: ImageFilter) -> Totals:
        """Return the numbers of the images of a filter."""
        return next(iter(self.inventory.summary(TotalsBy.REGISTRY, wanted)), Totals("", 0, 0))

    def note_searched(self, wanted: ImageFilter) -> None:
        """Print how many images were searched in vain."""
        self.note(known_of(self.searched(wanted)))

    def describe_snapshot(self) -> None:
        """Print what is missing in the snapshot, and its age where that is high."""
        info = self.inventory.info
        for text in snapshot_notes(info, self.now):
            self.note(text)
        self.is_complete = self.is_complete and info.is_complete and not info.errors


def now() -> datetime:
    """Return the time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def inventory_command(command: Callable[..., Any]) -> Callable[..., Any]:
    """Make a command that gets a `run`, with the options of the source; it exits with the status of the run."""

    @source_options
    @wraps(command)
    def with_run(*, settings: TerminalInventorySettings, **further: Any) -> None:
        show_every_character()
        run = Run(TerminalInventory(settings))
        try:
            _ask(run, command, further)
        except EcrScanReporterError as error:
            print_error(run.console, f"error: {explain(error)}")
            sys.exit(UNUSABLE)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        sys.exit(DONE if run.is_complete else INCOMPLETE)

    return with_run


def _ask(run: Run, command: Callable[..., Any], further: dict[str, Any]) -> None:
    bar = InventoryBar(run.console)
    try:
        with run.terminal.open(run.report_problem, bar) as run.inventory:
            bar.end()
            try:
                command(run=run, **further)
            finally:
                # The last lines are those that people see.
                run.describe_snapshot()
    finally:
        bar.end()
