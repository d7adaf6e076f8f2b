"""Suppressions on standard output: a table for people, JSON for programs."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecr_scan_reporter.domain.suppressions.fields import suppression_fields
from ecr_scan_reporter.domain.suppressions.rules import Suppression, reach
from ecr_scan_reporter.domain.suppressions.values import NEVER

SOON_DAYS = 14


def show_table(rules: Sequence[Suppression], today: date) -> None:
    """Print a table; nothing where there are no rules."""
    if not rules:
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Id", "What", "Until", "By", "Reason"):
        table.add_column(heading, overflow="fold")
    for rule in rules:
        cells = (rule.id, reach(rule), end(rule, today), _maker(rule), rule.reason)
        table.add_row(*map(escape, cells), style=None if rule.holds_on(today) else "dim")
    Console().print(table)


def _maker(rule: Suppression) -> str:
    # Of an ARN, who it is in the end: a user, or the session of a role.
    return rule.created_by.rpartition("/")[2] if rule.created_by.startswith("arn:") else rule.created_by


def show_json(rules: Sequence[Suppression], today: date) -> None:
    """Print one JSON array."""
    rows = [suppression_fields(rule) | {"isInForce": rule.holds_on(today)} for rule in rules]
    sys.stdout.write(json.dumps(rows, indent=2) + "\n")


def end(rule: Suppression, today: date) -> str:
    """Say when a rule ends, and how soon where that is soon."""
    if rule.until is None:
        return NEVER
    days = (rule.until - today).days
    if days < 0:
        return f"{rule.until}, ended"
    if days > SOON_DAYS:
        return str(rule.until)
    return f"{rule.until}, " + ("ends today" if days == 0 else f"ends in {days} day{'s' if days > 1 else ''}")


OUTPUTS: Mapping[str, Callable[[Sequence[Suppression], date], None]] = {"table": show_table, "json": show_json}
