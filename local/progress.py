"""Progress of one run: a bar for each step of the chain, or a line for each without a terminal."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from local.scan_run import RunState

STEPS = ("Repositories queued", "Images examined", "Scans started", "Scans ended", "Reports delivered")


class RunProgress:
    """A bar for each step. Until a total is known, it is the count of the step before."""

    def __init__(self, console: Console, repositories: int, images: int) -> None:
        self._console = console
        self._totals = (repositories, images)
        self._progress = Progress(
            TextColumn("  {task.description:<20}"),
            BarColumn(bar_width=40, complete_style="cyan", finished_style="green"),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: list[TaskID] = []

    def __enter__(self) -> "RunProgress":
        self._progress.start()
        self._tasks = [self._progress.add_task(step, total=None) for step in STEPS]
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, state: RunState) -> None:
        """Update the bars."""
        for task, (done, total) in zip(self._tasks, self._counts(state), strict=True):
            self._progress.update(task, completed=done, total=total or None)

    def conclude(self, state: RunState) -> None:
        """Print the final numbers when there are no bars."""
        if not self._console.is_terminal:
            for step, (done, _) in zip(STEPS, self._counts(state), strict=True):
                self._console.print(f"  {step:<20} {done:>4}")

    def _counts(self, state: RunState) -> list[tuple[int, int]]:
        repositories, images = self._totals
        ended = len(state.ended_lines)
        started = max(state.started, ended)
        return [
            (state.jobs, repositories),
            (state.images, images),
            (started, started if state.is_queue_done else images),
            (ended, started),
            (len(state.messages), max(state.reports, len(state.messages))),
        ]
