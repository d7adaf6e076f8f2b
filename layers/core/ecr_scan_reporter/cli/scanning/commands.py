"""`ecr-scan-reporter plan` and `ecr-scan-reporter scan`."""

import sys
import threading
from collections import Counter
from datetime import UTC, datetime
from enum import Enum, auto

import click
from rich.console import Console

from ecr_scan_reporter.bootstrap.terminal import TerminalScanner
from ecr_scan_reporter.cli.exits import DONE, INCOMPLETE, INTERRUPTED, UNUSABLE, explain, print_error
from ecr_scan_reporter.cli.scanning.interruption import interruption
from ecr_scan_reporter.cli.scanning.options import scan_options
from ecr_scan_reporter.cli.scanning.progress import ScanProgress
from ecr_scan_reporter.cli.scanning.results import OUTPUTS, Results, print_others
from ecr_scan_reporter.domain.scanning.due import DueReason
from ecr_scan_reporter.domain.scanning.outcomes import ImageOutcome
from ecr_scan_reporter.errors import EcrScanReporterError
from ecr_scan_reporter.settings.command_line import TerminalSettings
from ecr_scan_reporter.use_cases.scanning.scan_registry import (
    RegistryOutcome,
    RegistryScan,
    RepositoryOutcome,
    scan_registry,
)
from ecr_scan_reporter.use_cases.scanning.tools import ScanTools

EPILOG = (
    "Exit status: 0 all done; 1 some images failed or stay due; 2 wrong usage or no access; "
    "130 interrupted. Results go to standard output, progress and the summary to standard error."
)


@click.command(epilog=EPILOG)
@scan_options
@click.option("--all", "shows_all", is_flag=True, help="Show every image in the table; json and csv always do.")
def plan(settings: TerminalSettings, output: str, shows_all: bool) -> None:
    """Show which scans are due, and why the others are not. Starts no scan.

    The table has the images that are due; the others are counted by their reason.
    """
    shown = Shown.EVERY_IMAGE if shows_all or output != "table" else Shown.DUE_AND_COUNTS
    sys.exit(_run(settings, output, shown, starts_scans=False))


@click.command(epilog=EPILOG)
@scan_options
@click.option("--no-scanning", is_flag=True, help="Show the scans that are due, and start none.")
def scan(settings: TerminalSettings, output: str, no_scanning: bool) -> None:
    """Start the scans that are due, and show the result of each."""
    sys.exit(_run(settings, output, Shown.DUE, starts_scans=not no_scanning))


class Shown(Enum):
    """What the results have: the images that are due, with the number of the others by reason, or every image."""

    DUE = auto()
    DUE_AND_COUNTS = auto()
    EVERY_IMAGE = auto()


def _run(settings: TerminalSettings, output: str, shown: Shown, *, starts_scans: bool) -> int:
    console = Console(stderr=True)
    try:
        with OUTPUTS[output]() as results, ScanProgress(console) as progress:
            watch = _Watch(results, progress, console, shown)
            with interruption(console, watch.cut_off) as interrupted:
                outcome = _scan(settings, watch, interrupted, starts_scans=starts_scans)
            if outcome.is_enhanced:
                console.print(
                    "The registry uses enhanced scanning: basic scans cannot be started, and none are needed."
                )
        if shown is Shown.DUE_AND_COUNTS:
            print_others(watch.others)
        progress.summarise()
        if shown is not Shown.DUE:
            progress.print_round(settings.policy)
    except EcrScanReporterError as error:
        print_error(console, f"error: {explain(error)}")
        return UNUSABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    if interrupted.is_set():
        return INTERRUPTED
    return DONE if outcome.is_complete else INCOMPLETE


class _Watch:
    """Shows the progress, and writes outcomes that come from many threads one at a time.

    `others` are the images that it does not show.
    """

    def __init__(self, results: Results, progress: ScanProgress, console: Console, shown: Shown) -> None:
        self._results = results
        self._progress = progress
        self._console = console
        self._shown = shown
        self.others: Counter[DueReason] = Counter()
        self._lock = threading.Lock()

    def add(self, outcome: ImageOutcome) -> None:
        with self._lock:
            self._progress.add(outcome)
            if outcome.decision.is_due or outcome.error or self._shown is Shown.EVERY_IMAGE:
                self._results.add(outcome)
            else:
                self.others[outcome.decision.reason] += 1

    def cut_off(self) -> None:
        """End the results as they are; nothing is written after them."""
        if self._lock.acquire(timeout=1):
            self._results.__exit__(None, None, None)

    def expect(self, repositories: int) -> None:
        self._progress.expect(repositories)

    def repository_done(self, outcome: RepositoryOutcome) -> None:
        self._progress.repository_done()
        if outcome.error:
            print_error(self._console, f"{outcome.name}: {outcome.error}")


def _scan(
    settings: TerminalSettings, watch: _Watch, interrupted: threading.Event, *, starts_scans: bool
) -> RegistryOutcome:
    scanner = TerminalScanner(settings)
    tools = ScanTools(
        scanner.registry,
        scanner.ledger,
        scanner.concurrently,
        scanner.task_group,
        time_is_up=interrupted.is_set,
        on_outcome=watch.add,
    )
    wanted = RegistryScan(settings.repositories_filter, settings.policy, settings.registry_id, not starts_scans)
    names = scanner.registry.repository_names()
    return scan_registry(names, wanted, tools, scanner.across_repositories, watch, datetime.now(UTC))
