"""`ecr-scan-reporter suppressions`: suppressions that take findings out of the reports."""

import json
import re
import sys
from pathlib import Path
from typing import IO

import click

from ecr_scan_reporter.cli.parameters import Parsed
from ecr_scan_reporter.cli.suppressions.files import as_json, as_yaml, read_document
from ecr_scan_reporter.cli.suppressions.options import Run, run_command
from ecr_scan_reporter.cli.suppressions.tables import OUTPUTS
from ecr_scan_reporter.cli.suppressions.vex import say_of_images, say_of_suppressions
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.fields import parse_author, parse_suppression, parse_suppressions
from ecr_scan_reporter.domain.suppressions.imports import ImportPlan, plan_import
from ecr_scan_reporter.domain.suppressions.rules import describe
from ecr_scan_reporter.domain.suppressions.vex import vex_document
from ecr_scan_reporter.errors import InvalidInputError

EPILOG = (
    "Exit status: 0 all is done; 1 a part could not be dealt with, which is named; 2 wrong usage, a wrong file or no "
    "access. Results go to standard output, errors to standard error."
)

_MAKER = Parsed("name", parse_author)
_AUTHOR = click.option("--author", type=_MAKER, help="Who makes the suppression; by default, the ARN of the caller.")


@click.group(epilog=EPILOG)
def suppressions() -> None:
    """Take findings out of the reports, for a reason and until a day."""


@suppressions.command("list", epilog=EPILOG)
@run_command
@click.option(
    "--output", type=click.Choice(sorted(OUTPUTS)), default="table", show_default=True, help="Form of the results."
)
def list_suppressions(run: Run, output: str) -> None:
    """Show the suppressions, also those that have ended."""
    OUTPUTS[output](run.terminal.table.all(), run.today)


@suppressions.command(epilog=EPILOG)
@run_command
@click.option("--cve", required=True, metavar="GLOB", help="The vulnerability: CVE-2024-1234, CVE-2024-*.")
@click.option("--reason", required=True, metavar="TEXT", help="Why its findings need not be reported.")
@click.option("--until", required=True, metavar="DATE", help="The last day of the suppression, 2027-03-31, or: never.")
@click.option("--repository", metavar="GLOB", help="Only in these repositories: team/*.")
@click.option("--tag", metavar="GLOB", help="Only in images with such a tag.")
@click.option("--package", metavar="GLOB", help="Only in these packages.")
@click.option(
    "--severity",
    type=click.Choice([severity.value for severity in Severity], case_sensitive=False),
    help="Only findings of at most this severity.",
)
@click.option("--id", "id_", metavar="ID", help="Name of the suppression; by default, made of what it matches.")
@click.option("--replace", is_flag=True, help="Write over the suppression with the same id.")
@_AUTHOR
def add(run: Run, id_: str | None, replace: bool, author: str | None, **given: str | None) -> None:
    """Add one suppression."""
    fields = {key: value for key, value in given.items() if value is not None}
    fields["id"] = id_ if id_ is not None else _default_id(given)
    # Wrong usage is told before anybody is asked who calls.
    parse_suppression(fields, created_by="", created_at=run.now)
    suppression = parse_suppression(fields, created_by=run.author(author), created_at=run.now)
    if replace:
        run.terminal.table.save(suppression)
    elif not run.terminal.table.add(suppression):
        raise InvalidInputError("--id", suppression.id, "one that no suppression has, unless --replace is given")
    click.echo(f"{'saved' if replace else 'added'} {describe(suppression)}")
    run.warn_of_ended([suppression])


@suppressions.command(epilog=EPILOG)
@run_command
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def remove(run: Run, ids: tuple[str, ...]) -> None:
    """Remove suppressions."""
    for suppression_id in dict.fromkeys(ids):
        if run.terminal.table.remove(suppression_id):
            click.echo(f"removed {suppression_id}")
        else:
            run.left_undone(f"{suppression_id}: there is no such suppression")


@suppressions.command("import", epilog=EPILOG)
@run_command
@click.argument("file", type=click.File("rb"))
@click.option("--prune", is_flag=True, help="Remove the suppressions that are not in the file.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")
@_AUTHOR
def import_suppressions(run: Run, file: IO[bytes], prune: bool, dry_run: bool, author: str | None) -> None:
    """Make the suppressions those of a YAML or JSON file (- for standard input).

    The whole file is checked first; nothing is changed when anything in it is wrong.
    """
    document = read_document(file.read())
    parse_suppressions(document, created_by="", created_at=run.now)
    there = run.terminal.table.all()
    wanted = parse_suppressions(document, created_by=run.author(author), created_at=run.now, earlier=there)
    plan = plan_import(there, wanted, prune=prune)
    if not dry_run:
        _carry_out(plan, run)
    _show(plan, dry_run=dry_run)
    run.warn_of_ended((*plan.added, *plan.changed))


@suppressions.command(epilog=EPILOG)
@run_command
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True), default="-")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["yaml", "json", "openvex"]),
    default="yaml",
    show_default=True,
    help="yaml and json can be imported again.",
)
@click.option(
    "--findings-bucket",
    metavar="NAME",
    default="",
    envvar="FINDINGS_BUCKET",
    show_envvar=True,
    help="openvex: name exactly the images that the suppressions match.",
)
@click.option(
    "--registry-id",
    metavar="ACCOUNT",
    default="",
    help="openvex, without a bucket: the registry; by default, that of the caller.",
)
@click.option("--author", type=_MAKER, help="openvex: the author; by default, who made the suppressions.")
def export(run: Run, file: str, format_: str, findings_bucket: str, registry_id: str, author: str | None) -> None:
    """Write the suppressions to a file, or to standard output."""
    suppressions = run.terminal.table.all()
    if format_ == "openvex":
        said = (
            say_of_images(run, suppressions, findings_bucket)
            if findings_bucket
            else say_of_suppressions(run, suppressions, registry_id)
        )
        if not said:
            run.left_undone("there is nothing to say in OpenVEX, which has no empty documents")
            return
        text = json.dumps(vex_document(said, now=run.now, author=author), indent=2) + "\n"
    else:
        text = as_yaml(suppressions) if format_ == "yaml" else as_json(suppressions)
    _write(file, text)


def _default_id(given: dict[str, str | None]) -> str:
    """Name a suppression by what it matches: the same suppression, added twice, is refused."""
    words = " ".join(given[key] or "" for key in ("cve", "repository", "tag", "package", "severity"))
    return re.sub(r"[^a-z0-9._]+", "-", words.lower()).strip("-.")[:128]


def _carry_out(plan: ImportPlan, run: Run) -> None:
    for suppression in (*plan.added, *plan.changed):
        run.terminal.table.save(suppression)
    for suppression in plan.removed:
        run.terminal.table.remove(suppression.id)


def _show(plan: ImportPlan, *, dry_run: bool) -> None:
    parts = {"added": plan.added, "changed": plan.changed, "removed": plan.removed}
    for what, suppressions in parts.items():
        for suppression in suppressions:
            click.echo(f"{what} {describe(suppression)}")
    counts = ", ".join(
        f"{len(suppressions)} {what}" for what, suppressions in (parts | {"unchanged": plan.unchanged}).items()
    )
    click.echo(f"{counts}{' (dry run: nothing was changed)' if dry_run else ''}")


def _write(file: str, text: str) -> None:
    if file == "-":
        sys.stdout.write(text)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInputError("the file to write", file, f"one that can be written ({error.strerror})") from error
