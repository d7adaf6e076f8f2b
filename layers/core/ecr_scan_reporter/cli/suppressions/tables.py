"""Suppressions on standard output: a table for people, JSON for programs."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecr_scan_reporter.domain.suppressions.ends import end_text
from ecr_scan_reporter.domain.suppressions.fields import suppression_document
from ecr_scan_reporter.domain.suppressions.rules import Suppression, scope

SOON_DAYS = 14


def show_table(suppressions: Sequence[Suppression], today: date) -> None:
    """Print a table; nothing where there are no suppressions."""
    if not suppressions:
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Id", "What", "Until", "Kind", "By", "Reason"):
        table.add_column(heading, overflow="fold")
    for suppression in suppressions:
        cells = (
            suppression.id,
            scope(suppression),
            end(suppression, today),
            _kind(suppression),
            _author(suppression),
            suppression.reason,
        )
        table.add_row(*map(escape, cells), style=None if suppression.holds_on(today) else "dim")
    Console().print(table)


def _kind(suppression: Suppression) -> str:
    return suppression.kind.value + (f" ({suppression.justification.value})" if suppression.justification else "")


def _author(suppression: Suppression) -> str:
    # The last part of an ARN is a user, or the session of a role.
    author = suppression.created_by
    return author.rpartition("/")[2] if author.startswith("arn:") else author


def show_json(suppressions: Sequence[Suppression], today: date) -> None:
    """Print one JSON array."""
    rows = [suppression_document(each) | {"isInForce": each.holds_on(today)} for each in suppressions]
    sys.stdout.write(json.dumps(rows, indent=2) + "\n")


def end(suppression: Suppression, today: date) -> str:
    """Return the end of a suppression, and in how many days it is where these are few."""
    if not isinstance(suppression.until, date):
        return end_text(suppression.until)
    days = (suppression.until - today).days
    if days < 0:
        return f"{suppression.until}, ended"
    if days > SOON_DAYS:
        return str(suppression.until)
    return f"{suppression.until}, " + ("ends today" if days == 0 else f"ends in {days} day{'s' if days > 1 else ''}")


OUTPUTS: Mapping[str, Callable[[Sequence[Suppression], date], None]] = {"table": show_table, "json": show_json}
