"""`ecr-scan-reporter configs`: list, add, remove and import the scan configurations of a deployed application."""

from uuid import uuid4

import click

from ecr_scan_reporter.cli.configs.files import read_files
from ecr_scan_reporter.cli.configs.options import field_options
from ecr_scan_reporter.cli.configs.run import Run, run_command
from ecr_scan_reporter.cli.configs.tables import OUTPUTS
from ecr_scan_reporter.domain.configs.configs import ScanConfig, describe_config
from ecr_scan_reporter.use_cases.configs import add_config, list_configs, remove_config
from ecr_scan_reporter.use_cases.import_configs import import_configs

DRY_RUN = " (dry run: nothing was changed)"
DRY_RUN_OPTION = click.option("--dry-run", is_flag=True, help="Show what changes, and change nothing.")
EPILOG = (
    "Exit status: 0 all done; 1 a part failed, which is named; 2 wrong usage, a wrong file or no access; 130 "
    "interrupted. Results go to standard output, errors to standard error."
)


@click.group(epilog=EPILOG)
def configs() -> None:
    """Name repositories to scan: of any region and account, or some of their tags.

    The table of scan configurations is deployed with EnableApi or ScanConfigsOnly.
    """


@configs.command("list", epilog=EPILOG)
@run_command
@click.option(
    "--output", type=click.Choice(sorted(OUTPUTS)), default="table", show_default=True, help="Format of the results."
)
def list_command(run: Run, output: str) -> None:
    """Show the scan configurations, the oldest first. Their JSON can be imported again."""
    found = list_configs(run.terminal.table)
    OUTPUTS[output](found)
    if not found:
        run.note("there are no scan configurations")


@configs.command(epilog=EPILOG)
@run_command
@field_options
@DRY_RUN_OPTION
def add(
    run: Run,
    repository: str,
    tags: tuple[str, ...],
    registry_id: str | None,
    registry_region: str | None,
    dry_run: bool,
) -> None:
    """Add one scan configuration: all images of a repository, or those with some tags."""
    fields = {
        "region": registry_region or run.terminal.region,
        "registry": registry_id or run.terminal.account,
        "repository": repository,
        "tags": list(tags),
    }
    addition = add_config(fields, run.terminal.table, new_id=_new_id, now=run.now, dry_run=dry_run)
    word = "added" if addition.is_new else "there already:"
    click.echo(f"{word} {_line(addition.config)}{DRY_RUN if dry_run else ''}")


@configs.command(epilog=EPILOG)
@run_command
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def remove(run: Run, ids: tuple[str, ...]) -> None:
    """Remove scan configurations."""
    for config_id in dict.fromkeys(ids):
        if remove_config(config_id, run.terminal.table):
            click.echo(f"removed {config_id}")
        else:
            run.report_problem(f"{config_id}: there is no such scan configuration")


@configs.command("import", epilog=EPILOG)
@run_command
@click.argument("sources", metavar="PATH|s3://BUCKET/PREFIX...", nargs=-1, required=True)
@DRY_RUN_OPTION
def import_command(run: Run, sources: tuple[str, ...], dry_run: bool) -> None:
    """Add the scan configurations of files, such as those of amazon-ecr-continuous-scan.

    A file has one JSON object, or a list of them. PATH is a file, a directory with .json files, or - for standard
    input; an address of S3 names all objects below it. All are checked first. With any error nothing is changed.
    """
    files = read_files(sources, run.terminal.objects.read)
    plan = import_configs(files, run.terminal.table, new_id=_new_id, now=run.now, dry_run=dry_run)
    for config in plan.added:
        click.echo(f"added {_line(config)}")
    for double in plan.doubles:
        click.echo(f"skipped {double.place}: there already as {_line(double.other)}")
    click.echo(f"{len(plan.added)} added, {len(plan.doubles)} skipped{DRY_RUN if dry_run else ''}")


def _line(config: ScanConfig) -> str:
    return f"{config.id}: {describe_config(config)}"


def _new_id() -> str:
    return str(uuid4())
