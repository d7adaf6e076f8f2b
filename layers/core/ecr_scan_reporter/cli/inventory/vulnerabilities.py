"""`vulnerabilities`: one row for each CVE."""

from functools import partial

import click

from ecr_scan_reporter.cli.inventory.cells import answer, number, severity, summed_up
from ecr_scan_reporter.cli.inventory.filters import Selection, image_filters
from ecr_scan_reporter.cli.inventory.listing_options import LIMIT, TABLE, TABULAR, length, output_option
from ecr_scan_reporter.cli.inventory.named import kind_options, named
from ecr_scan_reporter.cli.inventory.outputs import Answer, write_answer
from ecr_scan_reporter.cli.inventory.paging import Listing
from ecr_scan_reporter.cli.inventory.run import EPILOG, Run, inventory_command
from ecr_scan_reporter.cli.inventory.tables import Column, print_line, print_table
from ecr_scan_reporter.cli.inventory.words import counted
from ecr_scan_reporter.domain.inventory.answers import Page, Vulnerability
from ecr_scan_reporter.domain.inventory.exports.records_of_images import VULNERABILITIES
from ecr_scan_reporter.domain.inventory.selection import FindingFilter

_COLUMNS = (
    Column[Vulnerability]("Vulnerability", lambda each: each.name),
    Column[Vulnerability]("Severity", lambda each: severity(each.severity)),
    Column[Vulnerability]("Score", lambda each: "" if each.score is None else f"{each.score:.1f}", is_number=True),
    Column[Vulnerability]("Images", lambda each: number(each.images), is_number=True),
    Column[Vulnerability]("Suppressed", lambda each: number(each.suppressed_images), is_number=True, is_optional=True),
    Column[Vulnerability]("Packages", lambda each: summed_up(each.packages)),
    Column[Vulnerability](
        "Fixed in", lambda each: summed_up(each.fixed_in) or ("has a fix" if each.is_fixable else "")
    ),
    Column[Vulnerability]("Exploited", lambda each: answer(each.is_exploited), is_optional=True),
    Column[Vulnerability]("EPSS", lambda each: "" if each.epss is None else f"{each.epss:.2f}", is_optional=True),
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
    """Show the vulnerabilities, the most severe first.

    Of one severity, those of most images come first.

    NAME selects vulnerabilities (CVE-2021-*), or those of a package (openssl); both may be globs.
    """
    found = vulnerabilities_of(run, wanted, name, kind, length(limit, output))
    if output != TABLE:
        write_answer(run.inventory, output, Answer(VULNERABILITIES, found, found.total))
        return
    print_line(counted(found.total, "vulnerability"), "bold")
    print_table(found, _COLUMNS)
    if not found.total:
        run.note_searched(wanted.holders)
    run.note_remaining(found.remaining)


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
