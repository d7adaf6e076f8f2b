"""Tables for people. Every text in a cell may be of others: it is shown as text, on one line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import one_line

Row = TypeVar("Row")

NONE = "-"
MAX_NAMED = 3
# Wide enough for any row: a table in a file, or in a pipe to grep, has one line for each.
UNFOLDED = 100_000
STYLES = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow"}


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
    if not cells:
        return
    table = Table(box=None, header_style="bold", pad_edge=False, show_header=has_header)
    shown = [
        place
        for place, column in enumerate(columns)
        if not column.is_optional or any(row[place].plain not in ("", "0") for row in cells)
    ]
    for place in shown:
        column = columns[place]
        table.add_column(column.heading, justify="right" if column.is_number else "left", overflow="fold")
    for row in cells:
        table.add_row(*(row[place] or NONE for place in shown))
    console = Console()
    if not console.is_terminal:
        wide = console.options.update(max_width=UNFOLDED, width=UNFOLDED)
        console = Console(width=max(console.width, console.measure(table, options=wide).maximum))
    console.print(table)


def print_line(text: str, style: str = "") -> None:
    """Print one line on standard output."""
    Console().print(Text(one_line(text), style), soft_wrap=True)


def _text(cell: str | Text) -> Text:
    return cell if isinstance(cell, Text) else Text(one_line(cell))


def severity(level: Severity | None) -> Text:
    """Return the cell of a severity."""
    return Text(level.lower(), STYLES.get(level, "")) if level else Text()


def number(value: int | None) -> str:
    """Return the cell of a number."""
    return "" if value is None else f"{value:,}"


def day(moment: datetime | None) -> str:
    """Return the cell of a day; nothing where it is not known."""
    return f"{moment:%Y-%m-%d}" if moment else ""


def answer(value: bool | None) -> str:
    """Return the cell of a fact: yes, no, or nothing where it is not known."""
    return "" if value is None else "yes" if value else "no"


def summed_up(texts: Iterable[str], most: int = MAX_NAMED) -> str:
    """Return the first texts, each once, and the number of the others: 'a, b, c +2'."""
    given = [text for text in dict.fromkeys(map(one_line, texts)) if text]
    return ", ".join(given[:most]) + (f" +{len(given) - most}" if len(given) > most else "")


OTHERS = (Severity.INFORMATIONAL, Severity.UNDEFINED, Severity.UNTRIAGED)


def count_columns(counts: Callable[[Row], Mapping[Severity, int] | None]) -> tuple[Column[Row], ...]:
    """Return a column for each severity, the last levels together; `counts` are None where they are not known."""

    def cell_of(*levels: Severity) -> Callable[[Row], Text]:
        def cell(row: Row) -> Text:
            known = counts(row)
            found = None if known is None else sum(known.get(level, 0) for level in levels)
            return Text(number(found), STYLES.get(levels[0], "") if found else "")

        return cell

    named_levels = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
    levels = [Column(level.capitalize(), cell_of(level), is_number=True) for level in named_levels]
    return (*levels, Column("Other", cell_of(*OTHERS), is_number=True, is_optional=True))
