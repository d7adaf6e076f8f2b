"""`vulnerabilities`: one row for each CVE."""

from functools import partial

import click

from ecr_scan_reporter.cli.inventory.cells import number, severity, summed_up
from ecr_scan_reporter.cli.inventory.filters import image_filters
from ecr_scan_reporter.cli.inventory.listing_options import LIMIT, TABLE, TABULAR, length, output_option
from ecr_scan_reporter.cli.inventory.named import kind_options, named
from ecr_scan_reporter.cli.inventory.outputs import Answer, write_answer
from ecr_scan_reporter.cli.inventory.run import EPILOG, Run, inventory_command
from ecr_scan_reporter.cli.inventory.tables import Column, print_line, print_table
from ecr_scan_reporter.cli.inventory.words import counted
from ecr_scan_reporter.domain.findings.importance import describe_importance
from ecr_scan_reporter.domain.inventory.answers import Page, Vulnerability
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import VULNERABILITIES
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, Selection
from ecr_scan_reporter.use_cases.inventory.listing import Listing

WHY = "Why"
_COLUMNS = (
    Column[Vulnerability]("Vulnerability", lambda each: each.name),
    Column[Vulnerability]("Severity", lambda each: severity(each.severity)),
    Column[Vulnerability](WHY, describe_importance, is_optional=True),
    Column[Vulnerability](
        "Score", lambda each: "" if each.score is None else f"{each.score:.1f}", is_number=True, gives_way=True
    ),
    Column[Vulnerability]("Images", lambda each: number(each.images), is_number=True),
    Column[Vulnerability]("In use", lambda each: number(each.in_use), is_number=True, is_optional=True),
    Column[Vulnerability](
        "Suppressed", lambda each: number(each.suppressed_images), is_number=True, is_optional=True, gives_way=True
    ),
    Column[Vulnerability]("Packages", lambda each: summed_up(each.packages)),
    Column[Vulnerability](
        "Fixed in", lambda each: summed_up(each.fixed_in) or ("has a fix" if each.is_fixable else "")
    ),
)


@click.command(epilog=EPILOG)
@inventory_command
@click.argument("name", required=False)
@kind_options
@image_filters()
@LIMIT
@output_option(TABULAR)
def vulnerabilities(
    run: Run, name: str | None, kind: str | None, wanted: Selection, limit: int | None, output: str
) -> None:
    """Show the vulnerabilities, the most important first.

    First come those that are exploited, or probably will be, then the most severe; the column Why has the reason.

    NAME selects vulnerabilities (CVE-2021-*), or those of a package (openssl); both may be globs.
    """
    found = vulnerabilities_of(run, wanted, name, kind, length(limit, output))
    if output != TABLE:
        write_answer(run, output, Answer(VULNERABILITIES, found, found.total))
        return
    print_line(counted(found.total, "vulnerability"), "bold")
    headings = print_table(found, _COLUMNS)
    if not found.total:
        run.note_searched(wanted.holders)
    run.note_remaining(found.remaining)
    run.note_feeds(are_shown=WHY in headings)


def vulnerabilities_of(
    run: Run, wanted: Selection, name: str | None, kind: str | None, limit: int
) -> Listing[Vulnerability]:
    """Return the vulnerabilities. Those of a package's name with a group are asked for where it has none without."""

    def page(findings: FindingFilter, limit: int, cursor: str | None) -> Page[Vulnerability]:
        return run.inventory.vulnerabilities(findings, wanted.holders, limit=limit, cursor=cursor)

    filters = named(name, kind, wanted.findings).filters if name else (wanted.findings,)
    lists = [Listing(partial(page, findings), limit) for findings in filters]
    found = next((each for each in lists if each.total), lists[0])
    if found is not lists[0] and found is lists[-1]:
        run.note(f"no package is named {name}: these are of {filters[-1].package}")
    return found
