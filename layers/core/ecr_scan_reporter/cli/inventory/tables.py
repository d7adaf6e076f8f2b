"""Tables for people. Every text in a cell may be of others: it is shown as text, on one line."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ecr_scan_reporter.domain.text import one_line

Row = TypeVar("Row")

NONE = "-"


# Without slots: Python 3.11 cannot make a frozen one of a type that is named, as in Column[Totals](...).
@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: its heading, and the cell of a row, empty for what is not known.

    An optional column is left out where all of its cells are empty or zero.
    """

    heading: str
    cell: Callable[[Row], str | Text]
    is_number: bool = False
    is_optional: bool = False


def print_table(rows: Iterable[Row], columns: Sequence[Column[Row]], *, has_header: bool = True) -> None:
    """Print a table on standard output; nothing where there are no rows."""
    cells = [[_text(column.cell(row)) for column in columns] for row in rows]
    shown = [
        place
        for place, column in enumerate(columns)
        if not column.is_optional or any(row[place].plain not in ("", "0") for row in cells)
    ]
    if cells:
        chosen = [columns[place] for place in shown]
        _print(chosen, [[row[place] or Text(NONE) for place in shown] for row in cells], has_header=has_header)


def _print(columns: Sequence[Column[Row]], rows: Sequence[Sequence[Text]], *, has_header: bool) -> None:
    numbers = [column.is_number for column in columns]
    headings = [column.heading for column in columns] if has_header else []
    console = Console()
    if console.is_terminal:
        console.print(_folded(headings, numbers, rows))
    else:
        plain = [[cell.plain for cell in row] for row in rows]
        sys.stdout.writelines(_aligned([headings, *plain] if has_header else plain, numbers))


def _folded(headings: Sequence[str], numbers: Sequence[bool], rows: Iterable[Sequence[Text]]) -> Table:
    """Return a table that folds its cells to the width of the terminal."""
    table = Table(box=None, header_style="bold", pad_edge=False, show_header=bool(headings))
    for place, is_number in enumerate(numbers):
        heading = headings[place] if headings else ""
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _aligned(rows: Sequence[Sequence[str]], numbers: Sequence[bool]) -> Iterator[str]:
    """Yield a line for each row, whatever its width: for a file, or for a pipe to grep."""
    widths = [max(cell_len(row[place]) for row in rows) for place in range(len(numbers))]
    for row in rows:
        fills = [" " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
        padded = (
            fill + cell if is_number else cell + fill for cell, fill, is_number in zip(row, fills, numbers, strict=True)
        )
        yield f"{'  '.join(padded).rstrip()}\n"


def print_line(text: str, style: str = "") -> None:
    """Print one line on standard output."""
    Console().print(Text(one_line(text), style), soft_wrap=True)


def _text(cell: str | Text) -> Text:
    return cell if isinstance(cell, Text) else Text(one_line(cell))
