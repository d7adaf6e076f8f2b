"""Results on standard output, image by image: a table for people, JSON and CSV for programs."""

import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecr_scan_reporter.domain.registry import start_results
from ecr_scan_reporter.domain.scanning import due
from ecr_scan_reporter.domain.scanning.outcomes import ImageOutcome

COLUMNS = ("repository", "imageDigest", "imageTags", "isDue", "reason", "lastScanAt", "answer", "error")


class Results(Protocol):
    """A format of the results, to which outcomes are written."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End: the output is complete, also after an error."""

    def add(self, outcome: ImageOutcome) -> None:
        """Write one outcome."""


class _Streamed:
    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Write the end of the results."""


class JsonResults(_Streamed):
    """One JSON array, written as the outcomes come."""

    def __init__(self) -> None:
        self._written = 0

    def add(self, outcome: ImageOutcome) -> None:
        """Write one object."""
        sys.stdout.write(",\n" if self._written else "[\n")
        sys.stdout.write(json.dumps(outcome.fields()))
        self._written += 1

    def end(self) -> None:
        """Close the array."""
        sys.stdout.write("\n]\n" if self._written else "[]\n")


class CsvResults(_Streamed):
    """Comma-separated values with a header; tags are separated by spaces."""

    def __init__(self) -> None:
        self._writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
        self._writer.writeheader()

    def add(self, outcome: ImageOutcome) -> None:
        """Write one line."""
        fields = outcome.fields()
        self._writer.writerow(fields | {"imageTags": " ".join(fields["imageTags"])})


class TableResults(_Streamed):
    """A table, written at the end."""

    def __init__(self) -> None:
        self._rows: list[ImageOutcome] = []

    def add(self, outcome: ImageOutcome) -> None:
        """Remember one row."""
        self._rows.append(outcome)

    def end(self) -> None:
        """Print the table by repository, due images first."""
        if not self._rows:
            return
        table = Table(box=None, header_style="bold", pad_edge=False)
        for heading in ("Repository", "Image", "Last scan", "Due", "Why"):
            table.add_column(heading, overflow="fold")
        for outcome in sorted(self._rows, key=lambda row: (row.image.repository.name, not row.decision.is_due)):
            table.add_row(*_cells(outcome))
        Console().print(table)


def _cells(outcome: ImageOutcome) -> tuple[str, ...]:
    last = outcome.decision.last_scan
    image = outcome.image.tags[0] if outcome.image.tags else outcome.image.digest[:19]
    return (
        escape(outcome.image.repository.name),
        escape(image),
        f"{last.at:%Y-%m-%d %H:%M}" if last and last.at else "-",
        "[yellow]due[/]" if outcome.decision.is_due else "no",
        escape(_why(outcome)),
    )


def _why(outcome: ImageOutcome) -> str:
    why = due.EXPLANATIONS[outcome.decision.reason]
    if outcome.error:
        return f"{why}; failed: {outcome.error}"
    return f"{why}; {start_results.EXPLANATIONS[outcome.answer]}" if outcome.answer else why


def print_others(others: Counter[due.DueReason]) -> None:
    """Print how many images are not due, by reason, most of them first."""
    if not others:
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    for reason, number in others.most_common():
        table.add_row(f"{number:,}", escape(due.EXPLANATIONS[reason]))
    total = others.total()
    console = Console()
    console.print(f"{total:,} image{'' if total == 1 else 's'} not due (--all shows each):", highlight=False)
    console.print(table)


OUTPUTS: Mapping[str, Callable[[], Results]] = {"table": TableResults, "json": JsonResults, "csv": CsvResults}
