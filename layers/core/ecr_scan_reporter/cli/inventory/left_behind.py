"""`left-behind`: the images that nobody uses any more."""

from dataclasses import replace

import click

from ecr_scan_reporter.cli.inventory.cells import count_columns, number
from ecr_scan_reporter.cli.inventory.choices import DURATION
from ecr_scan_reporter.cli.inventory.filters import image_filters
from ecr_scan_reporter.cli.inventory.listing_options import LIMIT, TABLE, TABULAR, length, output_option
from ecr_scan_reporter.cli.inventory.outputs import Answer, write_answer
from ecr_scan_reporter.cli.inventory.policies import write_policies
from ecr_scan_reporter.cli.inventory.run import EPILOG, Run, inventory_command
from ecr_scan_reporter.cli.inventory.tables import Column, print_line, print_table
from ecr_scan_reporter.cli.inventory.words import counted, size
from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.inventory.answers import LeftBehind, RepositoryLeftBehind
from ecr_scan_reporter.domain.inventory.exports.records_of_totals import LEFT_BEHIND
from ecr_scan_reporter.domain.inventory.selection import Selection

_COLUMNS = (
    Column[RepositoryLeftBehind]("Repository", lambda each: each.repository.name),
    Column[RepositoryLeftBehind]("Owner", lambda each: each.owner, is_optional=True),
    Column[RepositoryLeftBehind]("Images", lambda each: number(each.images), is_number=True),
    Column[RepositoryLeftBehind]("Size", lambda each: size(each.size_bytes), is_number=True),
    *count_columns(lambda each: each.counts),
)


@click.command("left-behind", epilog=EPILOG)
@inventory_command
@click.option(
    "--unused", type=DURATION, default="90d", show_default=True, help="Not pulled, pushed or run for so long."
)
@click.option("--policy", is_flag=True, help="Print lifecycle policies that remove such images. Nothing is applied.")
@image_filters("unused")
@LIMIT
@output_option(TABULAR)
def left_behind(run: Run, unused: Duration, policy: bool, wanted: Selection, limit: int | None, output: str) -> None:
    """Show the repositories whose images nobody uses.

    It counts the images that nobody has pulled, pushed or run for long, and their bytes.

    --policy prints an ECR lifecycle policy for each of these repositories as JSON, to review.
    """
    found = run.inventory.left_behind(unused.before(run.now), wanted.images)
    shown = found.repositories[: length(limit, output) or None]
    if policy:
        write_policies(run, replace(found, repositories=found.repositories[: limit or None]))
    elif output != TABLE:
        write_answer(run, output, Answer(LEFT_BEHIND, shown, len(found.repositories)))
    elif shown:
        print_line(_headline(found), "bold")
        print_table(shown, _COLUMNS)
        run.note_remaining(len(found.repositories) - len(shown))
    if not found.repositories:
        run.note(f"no image is unused since {found.since:%Y-%m-%d}")


def _headline(found: LeftBehind) -> str:
    images = sum(each.images for each in found.repositories)
    findings = sum(sum(each.counts.values()) for each in found.repositories)
    taken = size(sum(each.size_bytes for each in found.repositories))
    return (
        f"{counted(images, 'image')} unused since {found.since:%Y-%m-%d}: {taken}, {counted(findings, 'finding')}, "
        f"in {counted(len(found.repositories), 'repository')}"
    )
