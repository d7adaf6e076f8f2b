"""Images and findings of a selection, in bounded memory."""

from collections.abc import Iterator
from functools import partial

from ecr_scan_reporter.domain.inventory.answers import ImageFindings, InventoryImage, Page, SnapshotInfo
from ecr_scan_reporter.domain.inventory.matching import is_wanted
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageFilter, ImageSort, Selection
from ecr_scan_reporter.use_cases.inventory.listing import Listing
from ecr_scan_reporter.use_cases.inventory.ports import Inventory


def images_of(
    inventory: Inventory, wanted: ImageFilter, sort: ImageSort = ImageSort.WORST, limit: int = 0
) -> Listing[InventoryImage]:
    """Return the images of a filter; 0 for all."""
    return Listing(partial(_page, inventory, wanted, sort), limit)


def _page(
    inventory: Inventory, wanted: ImageFilter, sort: ImageSort, limit: int, cursor: str | None
) -> Page[InventoryImage]:
    return inventory.images(wanted, sort, limit=limit, cursor=cursor)


def findings_of(inventory: Inventory, wanted: Selection) -> Iterator[ImageFindings]:
    """Yield the images of a selection, each with the findings that are wanted: none, where it has none of these."""
    for each in inventory.image_findings(wanted.holders):
        yield with_wanted(each, wanted.findings, inventory.info)


def with_wanted(each: ImageFindings, wanted: FindingFilter, info: SnapshotInfo) -> ImageFindings:
    """Return an image with its findings that are wanted."""
    return ImageFindings(each.image, tuple(found for found in each.findings if is_wanted(found, wanted, info)))
