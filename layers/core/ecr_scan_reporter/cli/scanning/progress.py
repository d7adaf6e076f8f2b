"""Live progress and the summary, on standard error."""

import time
from collections import Counter
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.due import NOT_SCANNABLE
from ecr_scan_reporter.domain.scanning.outcomes import ImageOutcome
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.domain.scanning.round import ScanRound, describe_round

_REFUSED = (
    StartScanResult.RATE_LIMITED,
    StartScanResult.QUOTA_EXCEEDED,
    StartScanResult.OVER_BUDGET,
    StartScanResult.DISABLED,
)


class ScanProgress:
    """Counts images and shows the counts. Without a terminal it writes only the summary."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("repositories"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, counts="")
        self.images = self.due = self.failed = self.scannable = 0
        self.answers: Counter[StartScanResult] = Counter()

    def __enter__(self) -> "ScanProgress":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    @property
    def refused(self) -> int:
        """How many scans ECR, its quota or the budget held back: their images stay due or are scanned already."""
        return sum(self.answers[answer] for answer in _REFUSED)

    def expect(self, repositories: int) -> None:
        """Set the number of repositories."""
        self._bar.update(self._task, total=repositories)

    def add(self, outcome: ImageOutcome) -> None:
        """Count one image."""
        self.images += 1
        self.due += outcome.decision.is_due
        self.scannable += outcome.decision.reason not in NOT_SCANNABLE
        self.failed += bool(outcome.error)
        if outcome.answer:
            self.answers[outcome.answer] += 1
        if self.images % 20 == 0:
            self._bar.update(self._task, counts=self._counts())

    def repository_done(self) -> None:
        """Count one repository."""
        self._bar.update(self._task, advance=1, counts=self._counts())

    def summarise(self) -> None:
        """Print the counts."""
        self._console.print(self._counts(), highlight=False)

    def print_round(self, policy: ScanPolicy) -> None:
        """Print how long it takes to scan every image once."""
        if self.scannable:
            whole = ScanRound(self.scannable, policy.scans_per_day, policy.max_age)
            self._console.print(describe_round(whole, datetime.now(UTC)), highlight=False)

    def _counts(self) -> str:
        seconds = max(time.monotonic() - self._began, 0.001)
        started = self.answers[StartScanResult.STARTED]
        return (
            f"{self.images} images, {self.due} due, {started} started, {self.refused} refused, {self.failed} failed, "
            f"{self.images / seconds:.0f} images/s"
        )
