"""`ecr-scan-reporter suppressions`: list, add, remove, import and export the suppressions of a deployed application."""

from typing import IO

import click

from ecr_scan_reporter.cli.suppressions.files import FORMATS, UnusableFileError, read_document, write_text
from ecr_scan_reporter.cli.suppressions.lines import faults_with_lines
from ecr_scan_reporter.cli.suppressions.options import AUTHOR, BUCKET, export_options, field_options, filter_options
from ecr_scan_reporter.cli.suppressions.run import Run, run_command
from ecr_scan_reporter.cli.suppressions.tables import OUTPUTS
from ecr_scan_reporter.cli.suppressions.vex import as_openvex
from ecr_scan_reporter.cli.suppressions.words import change_lines, hidden_words, narrower_warning
from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.suppressions.breadth import covers, hides_whole_images
from ecr_scan_reporter.domain.suppressions.differences import SuppressionChange
from ecr_scan_reporter.domain.suppressions.fields import InvalidSuppressionsError
from ecr_scan_reporter.domain.suppressions.imports import ImportPlan
from ecr_scan_reporter.domain.suppressions.rules import describe
from ecr_scan_reporter.domain.suppressions.selection import EVERY, SuppressionFilter
from ecr_scan_reporter.use_cases.suppressions.edits import add_suppression, list_suppressions, remove_suppression
from ecr_scan_reporter.use_cases.suppressions.imports import NothingToImportError, import_suppressions

DRY_RUN = " (dry run: nothing was changed)"
EPILOG = (
    "Exit status: 0 all done; 1 a part failed, which is named; 2 wrong usage, a wrong file or no access. "
    "Results go to standard output, errors to standard error."
)


@click.group(epilog=EPILOG)
def suppressions() -> None:
    """Suppress findings for a reason, until a date or until a fix is known."""


@suppressions.command("list", epilog=EPILOG)
@run_command
@filter_options
@click.option(
    "--output", type=click.Choice(sorted(OUTPUTS)), default="table", show_default=True, help="Format of the results."
)
def list_command(
    run: Run, repository: str | None, cve: str | None, ending_within: Duration | None, output: str
) -> None:
    """Show the suppressions, also those that have ended."""
    wanted = SuppressionFilter(
        repository, cve, (run.today, ending_within.after(run.now).date()) if ending_within else None
    )
    found = list_suppressions(run.terminal.table, wanted)
    OUTPUTS[output](found, run.today)
    if not found:
        run.note("there are no suppressions" if wanted == EVERY else "no suppression matches")


@suppressions.command(epilog=EPILOG)
@run_command
@field_options
@click.option("--replace", is_flag=True, help="Replace the suppression with the same id.")
@click.option("--dry-run", is_flag=True, help="Show what changes, and change nothing.")
@BUCKET
@AUTHOR
def add(
    run: Run, replace: bool, dry_run: bool, findings_bucket: str, author: str | None, **options: str | None
) -> None:
    """Add one suppression."""
    fields = {key: value for key, value in options.items() if value is not None}
    addition = add_suppression(
        fields, run.terminal.table, author=run.author(author), now=run.now, replace=replace, dry_run=dry_run
    )
    added, before = addition.suppression, addition.before
    click.echo(f"{'replaced' if before else 'added'} {describe(added)}{DRY_RUN if dry_run else ''}")
    if before:
        change = SuppressionChange(before, added)
        click.echo("".join(f"{line}\n" for line in change_lines(change)), nl=False)
        if before.holds_on(run.today) and not covers(added, before):
            run.warn_of(narrower_warning(change))
    run.warn([added], findings_bucket)
    hidden = run.hidden(added, findings_bucket) if dry_run and not hides_whole_images(added) else None
    if hidden:
        click.echo(hidden_words(hidden))


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
@click.option("--allow-empty", is_flag=True, help="With --prune: an empty file or list removes all suppressions.")
@click.option("--dry-run", is_flag=True, help="Show the changes, and make none.")
@BUCKET
@AUTHOR
def import_command(
    run: Run,
    file: IO[bytes],
    prune: bool,
    allow_empty: bool,
    dry_run: bool,
    findings_bucket: str,
    author: str | None,
) -> None:
    """Make the suppressions those of a YAML or JSON file (- for standard input).

    The whole file is checked first. A file with any error changes nothing.
    """
    content = file.read()
    document = read_document(content)
    if document is None and not allow_empty:
        raise UnusableFileError("the file is empty: a file without suppressions has an empty list, []")
    try:
        plan = import_suppressions(
            [] if document is None else document,
            run.terminal.table,
            author=run.author(author),
            now=run.now,
            prune=prune,
            dry_run=dry_run,
            allow_empty=allow_empty,
        )
    except InvalidSuppressionsError as error:
        raise UnusableFileError(faults_with_lines(error, content)) from error
    except NothingToImportError as error:
        raise UnusableFileError(f"{error}: give --allow-empty if it is meant so") from error
    _show(plan, dry_run=dry_run)
    run.warn(plan.written, findings_bucket)


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
    for suppression in plan.added:
        click.echo(f"added {describe(suppression)}")
    for change in plan.changed:
        click.echo("\n".join((f"changed {describe(change.after)}", *change_lines(change))))
    for suppression in plan.removed:
        click.echo(f"removed {describe(suppression)}")
    counts = (
        f"{len(plan.added)} added, {len(plan.changed)} changed, {len(plan.removed)} removed, "
        f"{len(plan.unchanged)} unchanged"
    )
    click.echo(f"{counts}{DRY_RUN if dry_run else ''}")
