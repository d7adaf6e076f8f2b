"""Live progress of reading an inventory, on standard error and only on a terminal."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class InventoryBar:
    """A bar for the part of the work under way."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, visible=False)

    def begin(self, what: str, total: int | None = None) -> None:
        """Begin a part of the work."""
        self._bar.start()
        self._bar.reset(self._task, description=what, total=total, visible=True)

    def advance(self, number: int = 1) -> None:
        """Count what is done of the part."""
        self._bar.update(self._task, advance=number)

    def end(self) -> None:
        """Take the bar away."""
        self._bar.stop()
