"""`images` and `image`: the images of the registry, and one of them with its findings."""

from collections.abc import Callable
from itertools import islice

import click

from ecr_scan_reporter.cli.inventory.card import show_card
from ecr_scan_reporter.cli.inventory.cells import answer, count_columns, day, number
from ecr_scan_reporter.cli.inventory.choices import Members
from ecr_scan_reporter.cli.inventory.filters import finding_filters, image_filters
from ecr_scan_reporter.cli.inventory.holders import image_cell
from ecr_scan_reporter.cli.inventory.listing_options import LIMIT, TABLE, WITH_SARIF, length, output_option
from ecr_scan_reporter.cli.inventory.nearest import nearest_names
from ecr_scan_reporter.cli.inventory.outputs import Answer, write_answer
from ecr_scan_reporter.cli.inventory.run import EPILOG, Run, inventory_command
from ecr_scan_reporter.cli.inventory.sarif import write_sarif
from ecr_scan_reporter.cli.inventory.tables import Column, print_line, print_table
from ecr_scan_reporter.cli.inventory.totals_tables import EXPLOITED
from ecr_scan_reporter.cli.inventory.urgency import overdue
from ecr_scan_reporter.cli.inventory.words import counted, has_counts, size, status_name
from ecr_scan_reporter.domain.findings.importance import describe_importance
from ecr_scan_reporter.domain.inventory.answers import InventoryImage, SnapshotInfo
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import card_records, finding_records, occurrences
from ecr_scan_reporter.domain.inventory.exports.records_of_images import IMAGES
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageSort, Selection
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.use_cases.inventory.contents import findings_of, images_of, with_wanted


def _if_known(numbers: Callable[[InventoryImage], int | None]) -> Callable[[InventoryImage], str]:
    return lambda image: number(numbers(image) if has_counts(image) else None)


def _columns(info: SnapshotInfo) -> tuple[Column[InventoryImage], ...]:
    def late(image: InventoryImage) -> str:
        return overdue(image, info) if has_counts(image) else ""

    def status(image: InventoryImage) -> str:
        return "not read yet" if image.is_pending else status_name(image.status)

    def hidden(image: InventoryImage) -> int:
        return sum(image.suppressed.values())

    return (
        Column[InventoryImage]("Image", image_cell),
        Column[InventoryImage]("Owner", lambda image: image.owner, is_optional=True, gives_way=True),
        Column[InventoryImage]("Status", status),
        *count_columns(lambda image: image.counts if has_counts(image) else None),
        Column[InventoryImage](
            "Fixable", _if_known(lambda image: image.fixable), is_number=True, is_optional=True, gives_way=True
        ),
        Column[InventoryImage](EXPLOITED, _if_known(lambda image: image.exploited), is_number=True, is_optional=True),
        Column[InventoryImage]("Overdue", late, is_number=True, is_optional=True),
        Column[InventoryImage]("Suppressed", _if_known(hidden), is_number=True, is_optional=True, gives_way=True),
        Column[InventoryImage]("In use", lambda image: answer(image.is_in_use), is_optional=True),
        Column[InventoryImage]("Scanned", lambda image: day(image.scanned_at), gives_way=True),
        Column[InventoryImage]("Pushed", lambda image: day(image.pushed_at), gives_way=True),
        Column[InventoryImage]("Size", lambda image: size(image.size_bytes), is_number=True, gives_way=True),
    )


@click.command(epilog=EPILOG)
@inventory_command
@image_filters()
@click.option(
    "--sort",
    type=Members(ImageSort),
    default=ImageSort.WORST.value,
    show_default=True,
    help="Order: the most important, longest overdue, latest or largest first; repositories by name.",
)
@LIMIT
@output_option(WITH_SARIF)
def images(run: Run, wanted: Selection, sort: ImageSort, limit: int | None, output: str) -> None:
    """Show the images, with the numbers of their findings."""
    if output == "sarif":
        write_sarif(run, islice(findings_of(run.inventory, wanted), limit or None), wanted.findings.suppressed)
        return
    found = images_of(run.inventory, wanted.images, sort, length(limit, output))
    if output != TABLE:
        write_answer(run, output, Answer(IMAGES, found, found.total))
        return
    print_line(counted(found.total, "image"), "bold")
    headings = print_table(found, _columns(run.inventory.info))
    run.note_remaining(found.remaining)
    run.note_feeds(are_shown=EXPLOITED in headings)


@click.command(epilog=EPILOG)
@inventory_command
@click.argument("reference", metavar="IMAGE")
@click.option("--repository", metavar="NAME", help="Repository, where several have the digest.")
@finding_filters
@LIMIT
@output_option(WITH_SARIF)
def image(
    run: Run, reference: str, repository: str | None, wanted: FindingFilter, limit: int | None, output: str
) -> None:
    """Show one image: its scan, updates, and findings.

    IMAGE is repository:tag, repository@sha256:..., a URI of ECR, or the beginning of a digest.
    """
    found = run.inventory.image(reference, repository=repository, suppressed=wanted.suppressed)
    if not found:
        near = nearest_names(run.inventory, reference)
        raise InvalidInputError("the image", reference, f"one of the inventory, {near}")
    info = run.inventory.info
    cards = [with_wanted(each, wanted, info) for each in found]
    if output == "sarif":
        write_sarif(run, cards, wanted.suppressed)
    elif output in ("json", "ndjson"):
        write_answer(run, output, Answer.of(card_records(info), cards))
    elif output != TABLE:
        write_answer(run, output, Answer.of(finding_records(info), occurrences(cards)))
    else:
        for card in cards:
            show_card(run, card, length(limit, output))
        run.note_feeds(are_shown=any(describe_importance(found) for card in cards for found in card.findings))
