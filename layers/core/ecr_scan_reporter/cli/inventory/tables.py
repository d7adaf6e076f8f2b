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

    An optional column is left out where all of its cells are empty or zero. One that `gives_way` is left out on a
    terminal that is too narrow for the table, the last one first.
    """

    heading: str
    cell: Callable[[Row], str | Text]
    is_number: bool = False
    is_optional: bool = False
    gives_way: bool = False


FACTS = (Column[tuple[str, str]]("Fact", lambda fact: fact[0]), Column[tuple[str, str]]("", lambda fact: fact[1]))
"""The columns of facts, each with its name; print them without a header."""


def print_table(rows: Iterable[Row], columns: Sequence[Column[Row]], *, has_header: bool = True) -> list[str]:
    """Print a table on standard output, and return its headings; nothing where there are no rows."""
    cells = [[_text(column.cell(row)) for column in columns] for row in rows]
    shown = [
        place
        for place, column in enumerate(columns)
        if not column.is_optional or any(row[place].plain not in ("", "0") for row in cells)
    ]
    if not cells:
        return []
    console = Console()
    if console.is_terminal:
        shown = _fitting(shown, columns, cells, console.width)
    chosen = [columns[place] for place in shown]
    _print(chosen, [[row[place] or Text(NONE) for place in shown] for row in cells], console, has_header=has_header)
    return [column.heading for column in chosen]


def _fitting(shown: list[int], columns: Sequence[Column[Row]], rows: Sequence[Sequence[Text]], width: int) -> list[int]:
    """Return the columns without those that give way, as far as the width needs it."""
    widths = {place: max(cell_len(columns[place].heading), *(row[place].cell_len for row in rows)) for place in shown}
    for place in [place for place in reversed(shown) if columns[place].gives_way]:
        if sum(widths.values()) + len(widths) - 1 <= width:
            break
        del widths[place]
    return [place for place in shown if place in widths]


def _print(
    columns: Sequence[Column[Row]], rows: Sequence[Sequence[Text]], console: Console, *, has_header: bool
) -> None:
    numbers = [column.is_number for column in columns]
    headings = [column.heading for column in columns] if has_header else []
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
