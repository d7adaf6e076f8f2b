"""The cells of tables: severities, numbers, days, facts, texts. An empty one is for what is not known."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from rich.text import Text

from ecr_scan_reporter.cli.inventory.tables import Column
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import one_line

Row = TypeVar("Row")

MAX_NAMED = 3
STYLES = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow"}


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
    levels = [
        Column(level.capitalize(), cell_of(level), is_number=True, gives_way=level is Severity.LOW)
        for level in named_levels
    ]
    return (*levels, Column("Other", cell_of(*OTHERS), is_number=True, is_optional=True, gives_way=True))
