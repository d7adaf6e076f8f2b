"""`summary` and `coverage`: numbers of the registry, or of each repository or owner."""

import click

from ecr_scan_reporter.cli.inventory.choices import Members
from ecr_scan_reporter.cli.inventory.filters import image_filters
from ecr_scan_reporter.cli.inventory.listing_options import LIMIT, TABLE, TABULAR, length, output_option
from ecr_scan_reporter.cli.inventory.outputs import Answer, write_answer
from ecr_scan_reporter.cli.inventory.run import EPILOG, Run, inventory_command
from ecr_scan_reporter.cli.inventory.tables import FACTS, print_line, print_table
from ecr_scan_reporter.cli.inventory.totals_tables import (
    EXPLOITED,
    STATUS_COLUMNS,
    SUMMARY_COLUMNS,
    coverage_columns,
    status_rows,
    summary_columns,
    summary_rows,
)
from ecr_scan_reporter.cli.inventory.urgency import urgency
from ecr_scan_reporter.cli.inventory.words import counted
from ecr_scan_reporter.domain.inventory.answers import Totals
from ecr_scan_reporter.domain.inventory.coverage import Coverage, CoverageStatus
from ecr_scan_reporter.domain.inventory.exports.records_of_totals import COVERAGE, TOTALS
from ecr_scan_reporter.domain.inventory.selection import Selection, TotalsBy

_BY = click.option(
    "--by",
    type=Members(TotalsBy),
    default=TotalsBy.REGISTRY.value,
    show_default=True,
    help="Numbers of everything, or of each repository or owner.",
)


@click.command(epilog=EPILOG)
@inventory_command
@_BY
@image_filters()
@LIMIT
@output_option(TABULAR)
def summary(run: Run, by: TotalsBy, wanted: Selection, limit: int | None, output: str) -> None:
    """Count findings, different vulnerabilities, and what is exploited or overdue.

    A vulnerability that ten images have is ten findings, and one vulnerability.
    """
    found = run.inventory.summary(by, wanted.images)
    shown = found[: length(limit, output) or None]
    if output != TABLE:
        write_answer(run, output, Answer(TOTALS, shown, len(found)))
    elif by is TotalsBy.REGISTRY:
        for totals in shown:
            print_line(f"{counted(totals.images, 'image')}, {totals.scanned:,} with a scan result", "bold")
            print_table(summary_rows(totals), SUMMARY_COLUMNS)
            _show_urgency(run, totals)
    else:
        headings = print_table(shown, summary_columns(by))
        if not found:
            run.note_searched(wanted.images)
        run.note_remaining(len(found) - len(shown))
        run.note_feeds(are_shown=EXPLOITED in headings)


def _show_urgency(run: Run, totals: Totals) -> None:
    facts = list(urgency(totals, run.inventory.info))
    if facts:
        print_line("")
        print_table(facts, FACTS, has_header=False)
    run.note_feeds(are_shown=bool(totals.with_exploit or totals.likely))


@click.command(epilog=EPILOG)
@inventory_command
@_BY
@LIMIT
@output_option(TABULAR)
def coverage(run: Run, by: TotalsBy, limit: int | None, output: str) -> None:
    """Count images with a recent scan, and why others lack one."""
    found = run.inventory.coverage(by)
    shown = found[: length(limit, output) or None]
    if output != TABLE:
        write_answer(run, output, Answer(COVERAGE, shown, len(found)))
    elif by is TotalsBy.REGISTRY:
        for totals in shown:
            whole = Coverage(totals.counts)
            current = totals.counts.get(CoverageStatus.CURRENT, 0)
            print_line(f"{current:,} of {counted(whole.scannable, 'image')} scanned in time", "bold")
            print_table(status_rows(totals), STATUS_COLUMNS)
    else:
        print_table(shown, coverage_columns(by, shown))
        run.note_remaining(len(found) - len(shown))
