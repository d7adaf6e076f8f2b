"""`ecr-scan-reporter plan` and `ecr-scan-reporter scan`."""

import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType

import click
from rich.console import Console

from ecr_scan_reporter.bootstrap.terminal import TerminalScanner
from ecr_scan_reporter.cli.exits import DONE, INCOMPLETE, INTERRUPTED, UNUSABLE, print_error
from ecr_scan_reporter.cli.scanning.options import scan_options
from ecr_scan_reporter.cli.scanning.progress import ScanProgress
from ecr_scan_reporter.cli.scanning.results import OUTPUTS, Results
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
def plan(settings: TerminalSettings, output: str) -> None:
    """Show for each image whether its scan is due, and why. Starts no scan."""
    sys.exit(_run(settings, output, starts_scans=False))


@click.command(epilog=EPILOG)
@scan_options
@click.option("--no-scanning", is_flag=True, help="Show the scans that are due, and start none.")
def scan(settings: TerminalSettings, output: str, no_scanning: bool) -> None:
    """Start the scans that are due, and show the result of each."""
    sys.exit(_run(settings, output, starts_scans=not no_scanning, only_due=True))


def _run(settings: TerminalSettings, output: str, *, starts_scans: bool, only_due: bool = False) -> int:
    console = Console(stderr=True)
    interrupted = threading.Event()
    previous = signal.signal(signal.SIGINT, _stop_at_first(interrupted, console))
    try:
        with OUTPUTS[output]() as results, ScanProgress(console) as progress:
            watch = _Watch(results, progress, console, only_due)
            outcome = _scan(settings, watch, interrupted, starts_scans=starts_scans)
            if outcome.is_enhanced:
                console.print(
                    "The registry uses enhanced scanning: basic scans cannot be started, and none are needed."
                )
        progress.summarise()
        if not starts_scans and not only_due:
            progress.print_round(settings.policy)
    except EcrScanReporterError as error:
        print_error(console, f"error: {error}")
        return UNUSABLE
    finally:
        signal.signal(signal.SIGINT, previous)
    if interrupted.is_set():
        return INTERRUPTED
    return DONE if outcome.is_complete else INCOMPLETE


class _Watch:
    """Shows the progress, and writes outcomes that come from many threads one at a time."""

    def __init__(self, results: Results, progress: ScanProgress, console: Console, only_due: bool) -> None:
        self._results = results
        self._progress = progress
        self._console = console
        self._only_due = only_due
        self._lock = threading.Lock()

    def add(self, outcome: ImageOutcome) -> None:
        with self._lock:
            self._progress.add(outcome)
            if outcome.decision.is_due or outcome.error or not self._only_due:
                self._results.add(outcome)

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


def _stop_at_first(interrupted: threading.Event, console: Console) -> Callable[[int, FrameType | None], None]:
    """Return a handler: the first Ctrl-C stops taking work, the second one stops at once."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()
        console.print("stopping: waiting for the calls under way (Ctrl-C again to stop at once)")

    return handle
