"""`report`: the page of the inventory as one file, with the data inside."""

from pathlib import Path

import click

from ecr_scan_reporter.cli.inventory.files import write_file
from ecr_scan_reporter.cli.inventory.filters import image_filters
from ecr_scan_reporter.cli.inventory.run import EPILOG, Run, inventory_command
from ecr_scan_reporter.cli.inventory.words import counted, size
from ecr_scan_reporter.domain.inventory.selection import Selection
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import MissingInputError


@click.command(epilog=EPILOG)
@inventory_command
@click.option(
    "--html",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="File to write, for a browser.",
)
@image_filters("suppressed")
def report(run: Run, file: Path, wanted: Selection) -> None:
    """Write the inventory as a web page in one file, for an auditor or an attachment.

    The file needs no server and no network. It has the images of the filter with all of their findings.
    """
    from ecr_scan_reporter.web.report_data import report_data
    from ecr_scan_reporter.web.report_file import report_html

    data = report_data(run.inventory, wanted.images, _suppressions(run), run.now)
    text = report_html(data)
    write_file(file, [text])
    run.note(f"{file}: {counted(len(data['images']), 'image')}, {size(len(text))}")


def _suppressions(run: Run) -> list[Suppression] | None:
    try:
        return run.terminal.suppressions(run.report_problem)
    except MissingInputError:
        return None
