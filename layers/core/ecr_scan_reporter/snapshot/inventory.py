"""One snapshot as it is asked: `use_cases.inventory.ports.Inventory` in SQLite."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from sqlite3 import Connection
from threading import Lock
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
from ecr_scan_reporter.domain.inventory.references import parse_reference
from ecr_scan_reporter.domain.inventory.selection import (
    DEFAULT_PAGE,
    EVERY_IMAGE,
    FindingFilter,
    ImageFilter,
    ImageSort,
    SuppressedFindings,
    TotalsBy,
)
from ecr_scan_reporter.domain.inventory.urgent import UrgentTotals
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.errors import InvalidInputError, NoSnapshotError
from ecr_scan_reporter.snapshot.files import SnapshotFiles, attach, open_for_reading, read_facts
from ecr_scan_reporter.snapshot.meta import read_info
from ecr_scan_reporter.snapshot.questions import findings, history, images, totals, vulnerabilities


class SnapshotSource(Protocol):
    """A snapshot whose files can be had, one by one."""

    @property
    def files(self) -> SnapshotFiles:
        """Where the files are, once they are fetched."""

    def fetch(self, name: str) -> None:
        """Make a file be there. Raises InvalidInputError where it is damaged or gone."""


@dataclass(frozen=True, slots=True)
class LocalSnapshot:
    """A snapshot whose files are here."""

    files: SnapshotFiles

    def fetch(self, name: str) -> None:
        """Do nothing: they are here."""


class SnapshotInventory:
    """Answers questions from the first of some snapshots that is whole. The files that a question needs are fetched.

    A snapshot that turns out to be damaged is refused, also when its images have answered already, and the next one
    goes on; `on_problem` gets the reason. Raises NoSnapshotError where none is whole, CallFailedError.
    """

    def __init__(self, sources: Sequence[SnapshotSource], on_problem: Callable[[str], object] = str) -> None:
        self._sources = list(sources)
        self._on_problem = on_problem
        self._lock = Lock()
        self._attached: set[str] = set()
        self._open()

    @property
    def is_whole(self) -> bool:
        """False once all snapshots were refused: then no question is answered any more."""
        return bool(self._sources)

    def _first_source(self) -> SnapshotSource:
        if not self._sources:
            raise NoSnapshotError("no snapshot of the inventory is whole: wait for the next build")
        return self._sources[0]

    def _open(self) -> None:
        while True:
            try:
                self._first_source().fetch("images")
                break
            except InvalidInputError as error:
                self._refuse(error)
        self._connection = open_for_reading(self._sources[0].files)
        self._attached = set()
        self.info: SnapshotInfo = read_info(read_facts(self._sources[0].files))

    def _refuse(self, error: InvalidInputError) -> None:
        self._sources.pop(0)
        self._on_problem(f"a snapshot is refused, and the one before answers: {error}")

    def close(self) -> None:
        """Close the files."""
        self._connection.close()

    def images(
        self,
        wanted: ImageFilter = EVERY_IMAGE,
        sort: ImageSort = ImageSort.WORST,
        *,
        limit: int = DEFAULT_PAGE,
        cursor: str | None = None,
    ) -> Page[InventoryImage]:
        """Return one page of images."""
        return images.find_images(self._connection, self.info.id, wanted, sort, limit=limit, cursor=cursor)

    def image(
        self,
        reference: str,
        *,
        repository: str | None = None,
        suppressed: SuppressedFindings = SuppressedFindings.INCLUDED,
    ) -> tuple[ImageFindings, ...]:
        """Return the images that a reference names, with their findings."""
        named = parse_reference(reference)
        if repository:
            named = replace(named, repository=repository)
        return findings.named_images(self._with("findings"), named, suppressed)

    def image_findings(
        self, wanted: ImageFilter = EVERY_IMAGE, *, after: ImageId | None = None
    ) -> Iterator[ImageFindings]:
        """Yield all images of a filter with their findings, by repository and digest; those that follow `after`."""
        return findings.image_findings(self._with("findings"), wanted, after)

    def where(
        self,
        wanted: FindingFilter,
        images: ImageFilter = EVERY_IMAGE,
        *,
        limit: int = DEFAULT_PAGE,
        cursor: str | None = None,
    ) -> Page[Occurrence]:
        """Return one page of the findings in images that match."""
        connection = self._with("findings")
        return findings.find_occurrences(connection, self.info.id, wanted, images, limit=limit, cursor=cursor)

    def vulnerabilities(
        self,
        wanted: FindingFilter,
        images: ImageFilter = EVERY_IMAGE,
        *,
        limit: int = DEFAULT_PAGE,
        cursor: str | None = None,
    ) -> Page[Vulnerability]:
        """Return one page of vulnerabilities."""
        connection = self._with("findings")
        return vulnerabilities.find_vulnerabilities(
            connection, self.info.id, wanted, images, limit=limit, cursor=cursor
        )

    def vulnerability_names(self) -> Iterator[str]:
        """Yield the names of all vulnerabilities, in no order."""
        return vulnerabilities.vulnerability_names(self._with("findings"))

    def urgent_totals(self) -> UrgentTotals:
        """Return how many findings are known to be exploited, and how many are overdue, in how many images."""
        return totals.count_urgent(self._connection)

    def summary(self, by: TotalsBy = TotalsBy.REGISTRY, wanted: ImageFilter = EVERY_IMAGE) -> tuple[Totals, ...]:
        """Return totals of everything, of each repository, or of each owner."""
        return totals.summarise(self._with("findings"), by, wanted)

    def coverage(self, by: TotalsBy = TotalsBy.REGISTRY) -> tuple[CoverageTotals, ...]:
        """Return how many images have which coverage."""
        return totals.cover(self._connection, by)

    def history(
        self, since: date, until: date, *, repository: str | None = None, owner: str | None = None
    ) -> tuple[HistoryDay, ...]:
        """Return one entry for each day until the snapshot's own that is known, oldest first."""
        last = min(until, self.info.built_at.astimezone(UTC).date())
        return history.find_history(self._with("history"), repository, owner, since, last)

    def changes(
        self, since: datetime, until: datetime, wanted: ImageFilter = EVERY_IMAGE
    ) -> tuple[InventoryChange, ...]:
        """Return what scans of a period changed, latest first."""
        return history.find_changes(self._with("history"), since, until, wanted)

    def left_behind(self, unused_since: datetime, wanted: ImageFilter = EVERY_IMAGE) -> LeftBehind:
        """Return the images that nobody pulled, pushed or ran since a moment."""
        return totals.left_behind(self._connection, unused_since, wanted)

    def _with(self, name: str) -> Connection:
        with self._lock:
            while name not in self._attached:
                source = self._first_source()
                try:
                    source.fetch(name)
                except InvalidInputError as error:
                    self._refuse(error)
                    self._connection.close()
                    self._open()
                else:
                    attach(self._connection, source.files, name)
                    self._attached.add(name)
            return self._connection
