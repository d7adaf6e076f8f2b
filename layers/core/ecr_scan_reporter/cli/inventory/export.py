"""`export`: everything that a filter shows, in one format or as files."""

from pathlib import Path

import click

from ecr_scan_reporter.cli.inventory.export_content import EXTENSIONS, KINDS, Export
from ecr_scan_reporter.cli.inventory.filters import image_filters
from ecr_scan_reporter.cli.inventory.run import EPILOG, Run, inventory_command
from ecr_scan_reporter.domain.inventory.selection import Selection

WHOLE = ("sarif", "openvex")
"""The formats that are of findings and nothing else."""


@click.command(epilog=EPILOG)
@inventory_command
@click.option(
    "--output", type=click.Choice([*EXTENSIONS]), default="csv", show_default=True, help="Format of the export."
)
@click.option(
    "--of",
    "kind",
    type=click.Choice(KINDS),
    help="What to export. By default the findings; with --directory a file of each.",
)
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else standard output.")
@click.option(
    "--directory", type=click.Path(file_okay=False, path_type=Path), help="Folder for the files; SARIF may need many."
)
@image_filters()
def export(
    run: Run, output: str, kind: str | None, file: Path | None, directory: Path | None, wanted: Selection
) -> None:
    """Write all images, findings or vulnerabilities.

    CSV cells are safe in a spreadsheet. SARIF is for GitHub code scanning. OpenVEX states which findings are suppressed
    and needs the suppressions table.
    """
    if file and directory:
        raise click.UsageError("--file and --directory: give one of them")
    if output in WHOLE and kind not in (None, "findings"):
        raise click.UsageError(f"--output {output} is of findings: --of {kind} has no such format")
    content = Export(run, wanted, output)
    if directory:
        content.write_folder(directory, (kind,) if kind else KINDS)
    else:
        content.write(kind or "findings", file if file != Path("-") else None)
