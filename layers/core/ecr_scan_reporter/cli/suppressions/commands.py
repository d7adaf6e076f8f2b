"""`ecr-scan-reporter suppressions`: list, add, remove, import and export the suppressions of a deployed application."""

from typing import IO

import click

from ecr_scan_reporter.cli.suppressions.files import FORMATS, read_document, write_text
from ecr_scan_reporter.cli.suppressions.options import AUTHOR, export_options, field_options
from ecr_scan_reporter.cli.suppressions.run import Run, run_command
from ecr_scan_reporter.cli.suppressions.tables import OUTPUTS
from ecr_scan_reporter.cli.suppressions.vex import as_openvex
from ecr_scan_reporter.domain.suppressions.imports import ImportPlan
from ecr_scan_reporter.domain.suppressions.rules import describe
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.use_cases.suppressions.edits import (
    SuppressionExistsError,
    add_suppression,
    list_suppressions,
    remove_suppression,
)
from ecr_scan_reporter.use_cases.suppressions.imports import import_suppressions

EPILOG = (
    "Exit status: 0 all done; 1 a part failed, which is named; 2 wrong usage, a wrong file or no access. "
    "Results go to standard output, errors to standard error."
)


@click.group(epilog=EPILOG)
def suppressions() -> None:
    """Suppress findings for a reason and until a date."""


@suppressions.command("list", epilog=EPILOG)
@run_command
@click.option(
    "--output", type=click.Choice(sorted(OUTPUTS)), default="table", show_default=True, help="Format of the results."
)
def list_command(run: Run, output: str) -> None:
    """Show the suppressions, also those that have ended."""
    OUTPUTS[output](list_suppressions(run.terminal.table), run.today)


@suppressions.command(epilog=EPILOG)
@run_command
@field_options
@click.option("--replace", is_flag=True, help="Replace the suppression with the same id.")
@AUTHOR
def add(run: Run, replace: bool, author: str | None, **options: str | None) -> None:
    """Add one suppression."""
    fields = {key: value for key, value in options.items() if value is not None}
    try:
        addition = add_suppression(fields, run.terminal.table, author=run.author(author), now=run.now, replace=replace)
    except SuppressionExistsError as error:
        raise InvalidInputError("--id", error.id, "one that no suppression has, unless --replace is given") from error
    click.echo(f"{'replaced' if addition.replaced else 'added'} {describe(addition.suppression)}")
    run.warn_of_ended([addition.suppression])


@suppressions.command(epilog=EPILOG)
@run_command
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def remove(run: Run, ids: tuple[str, ...]) -> None:
    """Remove suppressions."""
    for suppression_id in dict.fromkeys(ids):
        if remove_suppression(suppression_id, run.terminal.table):
            click.echo(f"removed {suppression_id}")
        else:
            run.report_problem(f"{suppression_id}: there is no such suppression")


@suppressions.command("import", epilog=EPILOG)
@run_command
@click.argument("file", type=click.File("rb"))
@click.option("--prune", is_flag=True, help="Remove the suppressions that are not in the file.")
@click.option("--dry-run", is_flag=True, help="Show the changes, and make none.")
@AUTHOR
def import_command(run: Run, file: IO[bytes], prune: bool, dry_run: bool, author: str | None) -> None:
    """Make the suppressions those of a YAML or JSON file (- for standard input).

    The whole file is checked first. A file with any error changes nothing.
    """
    document = read_document(file.read())
    plan = import_suppressions(
        document, run.terminal.table, author=run.author(author), now=run.now, prune=prune, dry_run=dry_run
    )
    _show(plan, dry_run=dry_run)
    run.warn_of_ended((*plan.added, *plan.changed))


@suppressions.command(epilog=EPILOG)
@run_command
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True), default="-")
@export_options
def export(run: Run, file: str, format_: str, findings_bucket: str, registry_id: str, author: str | None) -> None:
    """Write the suppressions to a file, or to standard output."""
    if format_ == "openvex":
        text = as_openvex(run, bucket=findings_bucket, registry_id=registry_id, author=author)
    else:
        text = FORMATS[format_](list_suppressions(run.terminal.table))
    if text:
        write_text(file, text)


def _show(plan: ImportPlan, *, dry_run: bool) -> None:
    parts = {"added": plan.added, "changed": plan.changed, "removed": plan.removed}
    for what, part in parts.items():
        for suppression in part:
            click.echo(f"{what} {describe(suppression)}")
    counts = ", ".join(f"{len(part)} {what}" for what, part in (parts | {"unchanged": plan.unchanged}).items())
    click.echo(f"{counts}{' (dry run: nothing was changed)' if dry_run else ''}")
