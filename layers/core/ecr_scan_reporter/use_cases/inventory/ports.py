"""What the inventory is asked: one snapshot answers every question, whoever presents the answers."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Protocol

from ecr_scan_reporter.domain.inventory.answers import (
    CoverageTotals,
    HistoryDay,
    ImageFindings,
    InventoryChange,
    InventoryImage,
    LeftBehind,
    Occurrence,
    Page,
    SnapshotInfo,
    Totals,
    Vulnerability,
)
from ecr_scan_reporter.domain.inventory.measures import ImageMeasures, RepositoryMeasures
from ecr_scan_reporter.domain.inventory.selection import (
    DEFAULT_PAGE,
    EVERY_IMAGE,
    FindingFilter,
    ImageFilter,
    ImageSort,
    SuppressedFindings,
    TotalsBy,
)


class MeasuredInventory(Protocol):
    """What metrics ask a snapshot: its numbers, without findings."""

    @property
    def info(self) -> SnapshotInfo:
        """Which snapshot answers, of when, and whether it is complete."""

    def measure_images(self) -> Iterator[ImageMeasures]:
        """Yield the numbers of each image, by repository and digest; in bounded memory."""

    def measure_repositories(self) -> Iterator[RepositoryMeasures]:
        """Yield the numbers of each repository, also of empty ones, by name."""


class Inventory(MeasuredInventory, Protocol):
    """One snapshot of a registry. Each list has an exact total, and pages that are the list, in order, once each.

    A `cursor` is bound to its question and its snapshot: InvalidInputError for another's, or for none of ours.
    """

    def images(
        self,
        wanted: ImageFilter = EVERY_IMAGE,
        sort: ImageSort = ImageSort.WORST,
        *,
        limit: int = DEFAULT_PAGE,
        cursor: str | None = None,
    ) -> Page[InventoryImage]:
        """Return one page of images."""

    def image(
        self,
        reference: str,
        *,
        repository: str | None = None,
        suppressed: SuppressedFindings = SuppressedFindings.INCLUDED,
    ) -> tuple[ImageFindings, ...]:
        """Return the images that a reference names, with their findings.

        The reference is `repository:tag`, `repository@sha256:...`, a URI of ECR, or the digest alone, of which the
        beginning is enough. There may be several (in several registries or repositories), or none.
        """

    def image_findings(self, wanted: ImageFilter = EVERY_IMAGE) -> Iterator[ImageFindings]:
        """Yield all images of a filter with their findings, those that `wanted.suppressed` says; in bounded memory."""

    def where(
        self,
        wanted: FindingFilter,
        images: ImageFilter = EVERY_IMAGE,
        *,
        limit: int = DEFAULT_PAGE,
        cursor: str | None = None,
    ) -> Page[Occurrence]:
        """Return one page of the findings in images that match: where is this vulnerability, this package?"""

    def vulnerabilities(
        self,
        wanted: FindingFilter,
        images: ImageFilter = EVERY_IMAGE,
        *,
        limit: int = DEFAULT_PAGE,
        cursor: str | None = None,
    ) -> Page[Vulnerability]:
        """Return one page of vulnerabilities, the most important first."""

    def vulnerability_names(self) -> Iterator[str]:
        """Yield the names of all vulnerabilities, in no order."""

    def summary(self, by: TotalsBy = TotalsBy.REGISTRY, wanted: ImageFilter = EVERY_IMAGE) -> tuple[Totals, ...]:
        """Return totals: one for everything, or one for each repository or owner, the worst first."""

    def coverage(self, by: TotalsBy = TotalsBy.REGISTRY) -> tuple[CoverageTotals, ...]:
        """Return how many images have which coverage, the least covered first."""

    def history(
        self, since: date, until: date, *, repository: str | None = None, owner: str | None = None
    ) -> tuple[HistoryDay, ...]:
        """Return one entry for each day that is known, oldest first: of everything, a repository or an owner."""

    def changes(
        self, since: datetime, until: datetime, wanted: ImageFilter = EVERY_IMAGE
    ) -> tuple[InventoryChange, ...]:
        """Return what scans of a period changed, latest first."""

    def left_behind(self, unused_since: datetime, wanted: ImageFilter = EVERY_IMAGE) -> LeftBehind:
        """Return the images that nobody pulled, pushed or ran since a moment."""
