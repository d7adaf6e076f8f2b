"""Publish what cannot wait, for the digest: what is known to be exploited, and what is overdue."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from ecr_scan_reporter.domain.inventory.overdue import longest_overdue_first
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageFilter, ImageSort, SuppressedFindings
from ecr_scan_reporter.domain.inventory.urgent import (
    MAX_NAMED,
    URGENT_KEY,
    Urgent,
    exploited_cve,
    overdue_finding,
    urgent_document,
    worst_image,
)
from ecr_scan_reporter.domain.rankings import Ranked
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.snapshot.inventory import LocalSnapshot, SnapshotInventory


class UrgentStore(Protocol):
    """Where it is published."""

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        """Write a document, over the one that was there. Raises CallFailedError."""


@dataclass(frozen=True, slots=True)
class UrgentPublisher:
    """Publishes what cannot wait. `on_problem` gets a sentence when that fails."""

    store: UrgentStore
    on_problem: Callable[[str], object]

    def publish(self, files: SnapshotFiles) -> Urgent:
        """Publish what a snapshot has, and return it. A failure is no failure of the build."""
        with closing(SnapshotInventory([LocalSnapshot(files)], self.on_problem)) as inventory:
            found = urgent(inventory)
        try:
            self.store.save(URGENT_KEY, urgent_document(found))
        except CallFailedError as error:
            self.on_problem(f"what is urgent is not published: {error}")
        return found


def urgent(inventory: SnapshotInventory) -> Urgent:
    """Return what cannot wait in a snapshot."""
    info, totals = inventory.info, inventory.urgent_totals()
    exploited = inventory.vulnerabilities(FindingFilter(is_exploited=True), limit=MAX_NAMED)
    # The longest overdue findings are in the images that are longest overdue.
    late = inventory.images(ImageFilter(is_overdue=True), ImageSort.OVERDUE, limit=MAX_NAMED).items
    of_images = (
        found
        for image in late
        for found in inventory.image(
            image.digest, repository=image.repository.name, suppressed=SuppressedFindings.EXCLUDED
        )
    )
    occurrences = islice(longest_overdue_first(of_images, info), MAX_NAMED)
    # A vulnerability in several packages of an image is one.
    overdue = dict.fromkeys(overdue_finding(each, info.days_overdue(each.finding)) for each in occurrences)
    return Urgent(
        info.built_at,
        totals,
        Ranked(tuple(map(exploited_cve, exploited.items)), exploited.total),
        Ranked(tuple(overdue), totals.overdue),
        tuple(map(worst_image, inventory.images(limit=MAX_NAMED).items)),
        info.kev,
        info.epss,
    )
