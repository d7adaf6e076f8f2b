"""Publish which images the images scanner scans first, when a day does not reach all that are due."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ecr_scan_reporter.domain.inventory.scan_order import (
    IMPORTANCE,
    WAITING,
    Criterion,
    first_to_scan,
    number_by_importance,
)
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.scanning.order import ORDER_KEY, ScanOrder, order_of, pack_order
from ecr_scan_reporter.domain.scanning.policy import ECR_SCANS_PER_DAY, ScanPolicy
from ecr_scan_reporter.domain.scanning.selection import JobSelection
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.snapshot.files import SnapshotFiles, open_for_reading
from ecr_scan_reporter.snapshot.questions.scan_order import DueImages


class OrderStore(Protocol):
    """Where the order is published."""

    def upload(self, key: str, path: Path) -> None:
        """Upload a file. Raises CallFailedError."""


class Due(Protocol):
    """The images whose scan is due."""

    def count(self) -> int:
        """Return their number."""

    def first(self, order: Sequence[Criterion], most: int) -> Iterable[ImageId]:
        """Yield at most so many of them, in an order."""


@dataclass(frozen=True, slots=True)
class ScanOrderPublisher:
    """Publishes the order of what the images scanner selects. `on_problem` gets a sentence when that fails."""

    store: OrderStore
    selection: JobSelection
    policy: ScanPolicy
    on_problem: Callable[[str], object]

    def publish(self, files: SnapshotFiles, now: datetime) -> ScanOrder:
        """Publish the order of a snapshot, an empty one where a day reaches all; return it.

        A failure is no failure of the build: the scanner goes on with the order before, or with none.
        """
        with closing(open_for_reading(files)) as connection:
            order = scan_order(DueImages(connection, self.selection, self.policy, now), self.policy, now)
        path = files.folder / "scan-order.json.gz"
        path.write_bytes(pack_order(order))
        try:
            self.store.upload(ORDER_KEY, path)
        except CallFailedError as error:
            self.on_problem(f"the order of scans is not published: {error}")
        return order


def scan_order(due: Due, policy: ScanPolicy, now: datetime) -> ScanOrder:
    """Return the images that come first, none where the scans of a day reach all that are due."""
    number, per_day = due.count(), min(policy.scans_per_day, ECR_SCANS_PER_DAY)
    if number <= per_day:
        return order_of((), due=number, built_at=now)
    important = due.first(IMPORTANCE, number_by_importance(per_day))
    return order_of(first_to_scan(important, due.first(WAITING, per_day), per_day), due=number, built_at=now)
