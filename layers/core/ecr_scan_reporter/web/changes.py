"""Changes with the filters of images."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ecr_scan_reporter.domain.inventory.answers import InventoryChange
from ecr_scan_reporter.domain.inventory.selection import ImageFilter, ImageSort
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.use_cases.inventory.contents import images_of
from ecr_scan_reporter.use_cases.inventory.ports import Inventory


def find_changes(
    inventory: Inventory, since: datetime, until: datetime, wanted: ImageFilter
) -> Sequence[InventoryChange]:
    """Return the changes of a period, latest first.

    The severity is that of the findings that came, became worse or went. Every other condition is on the image as it is
    now, because a change has nothing of it but the repository and the owner.
    """
    known = ImageFilter(repository=wanted.repository, owner=wanted.owner)
    found: Sequence[InventoryChange] = inventory.changes(since, until, known)
    further = replace(wanted, severity=None)
    if further != known:
        images = {image.id for image in images_of(inventory, further, ImageSort.REPOSITORY)}
        found = [each for each in found if each.change.image in images]
    if wanted.severity is not None:
        found = [each for each in found if _has_severity(each, wanted.severity)]
    return found


def _has_severity(found: InventoryChange, wanted: Severity) -> bool:
    change = found.change
    return any(
        number > 0 and severity.rank <= wanted.rank
        for counts in (change.new, change.raised, change.fixed)
        for severity, number in counts.items()
    )
