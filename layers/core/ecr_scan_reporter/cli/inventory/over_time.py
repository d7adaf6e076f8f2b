"""`history` and `changes`: how the registry got here."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta

import click
from rich.console import Console

from ecr_scan_reporter.cli.inventory.choices import MOMENT
from ecr_scan_reporter.cli.inventory.filters import OWNER, REPOSITORY
from ecr_scan_reporter.cli.inventory.listing_options import LIMIT, TABLE, TABULAR, length, output_option
from ecr_scan_reporter.cli.inventory.outputs import Answer, write_answer
from ecr_scan_reporter.cli.inventory.run import EPILOG, Run, inventory_command
from ecr_scan_reporter.cli.inventory.sparklines import levels_for
from ecr_scan_reporter.cli.inventory.tables import Column, print_line, print_table
from ecr_scan_reporter.cli.inventory.trends import trend_columns, trends
from ecr_scan_reporter.cli.inventory.words import counted
from ecr_scan_reporter.domain.inventory.answers import InventoryChange
from ecr_scan_reporter.domain.inventory.exports.records_of_totals import CHANGES, HISTORY
from ecr_scan_reporter.domain.inventory.names import is_glob
from ecr_scan_reporter.domain.inventory.selection import ImageFilter
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts
from ecr_scan_reporter.domain.text import describe_counts, describe_moment
from ecr_scan_reporter.errors import InvalidInputError

# What a trend's row needs beside its line.
NUMBERS_WIDTH = 54
LINE_WIDTH = (10, 90)


@click.command(epilog=EPILOG)
@inventory_command
@click.option("--days", type=click.IntRange(1, 731), default=90, show_default=True, help="How many days, up to today.")
@click.option("--repository", metavar="NAME", help="History of one repository.")
@click.option("--owner", metavar="NAME", help="History of one owner.")
@output_option(TABULAR)
def history(run: Run, days: int, repository: str | None, owner: str | None, output: str) -> None:
    """Show findings and coverage over time.

    They are those of everything, of a repository or of an owner.
    """
    if repository and owner:
        raise click.UsageError("--repository and --owner: give one of them")
    if repository and is_glob(repository):
        raise InvalidInputError("--repository", repository, "the name of one repository")
    today = run.now.date()
    found = run.inventory.history(today - timedelta(days=days - 1), today, repository=repository, owner=owner)
    if output != TABLE:
        write_answer(run, output, Answer.of(HISTORY, found))
    elif found:
        console = Console()
        width = min(max(console.width - NUMBERS_WIDTH, LINE_WIDTH[0]), LINE_WIDTH[1])
        print_line(f"{found[0].day} to {found[-1].day}", "bold")
        print_table(trends(found), trend_columns(levels_for(sys.stdout.encoding), width))
    if not found:
        run.note("nothing is known of these days")


@click.command(epilog=EPILOG)
@inventory_command
@click.option("--since", type=MOMENT, default="7d", show_default=True, help="From when on: 7d, or 2026-01-31.")
@click.option("--until", type=MOMENT, help="Until when; by default now.")
@REPOSITORY
@OWNER
@LIMIT
@output_option(TABULAR)
def changes(
    run: Run,
    since: Callable[[datetime], datetime],
    until: Callable[[datetime], datetime] | None,
    repository: str | None,
    owner: str | None,
    limit: int | None,
    output: str,
) -> None:
    """Show new, raised and fixed findings, scan by scan.

    The latest scan comes first. A scan that changed nothing is not shown.
    """
    first, last = since(run.now), until(run.now) if until else run.now
    if first >= last:
        raise InvalidInputError("--since", f"{first:%Y-%m-%d %H:%M}", f"a moment before {last:%Y-%m-%d %H:%M}")
    found = run.inventory.changes(first, last, ImageFilter(repository=repository, owner=owner))
    shown = found[: length(limit, output) or None]
    if output != TABLE:
        write_answer(run, output, Answer(CHANGES, shown, len(found)))
    elif found:
        print_line(f"{counted(len(found), 'scan')} with changes since {describe_moment(first)}", "bold")
        print_table(shown, _CHANGES)
        run.note_remaining(len(found) - len(shown))
    if not found:
        run.note(f"no scan changed anything between {describe_moment(first)} and {describe_moment(last)}")


def _counts(counts: Callable[[InventoryChange], SeverityCounts]) -> Callable[[InventoryChange], str]:
    return lambda each: describe_counts(counts(each), list(Severity))


def _new(each: InventoryChange) -> str:
    counts = describe_counts(each.change.new, list(Severity))
    return f"{counts} (first scan)" if each.change.is_first else counts


_CHANGES = (
    Column[InventoryChange]("When", lambda each: f"{each.change.at:%Y-%m-%d %H:%M}"),
    Column[InventoryChange]("Image", lambda each: each.change.image.name(each.change.tag)),
    Column[InventoryChange]("Owner", lambda each: each.owner, is_optional=True),
    Column[InventoryChange]("New", _new),
    Column[InventoryChange]("Raised", _counts(lambda each: each.change.raised), is_optional=True),
    Column[InventoryChange]("Fixed", _counts(lambda each: each.change.fixed)),
    Column[InventoryChange]("Most severe", lambda each: ", ".join(each.change.news)),
)
