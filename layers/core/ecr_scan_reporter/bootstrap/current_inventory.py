"""The current snapshot for a function that is asked often: it stays open between invocations."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from ecr_scan_reporter.errors import CallFailedError, NoSnapshotError
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from ecr_scan_reporter.use_cases.inventory.snapshots import FetchedSnapshot, PublishedSnapshots

# A newer snapshot is looked for when the last look is so old.
MAX_AGE_SECONDS = 5
_PREFIX = "current-inventory-"


class CurrentInventory:
    """Opens the current snapshot, and the next one once it is published; the files of the one before are deleted.

    `monotonic` tells the time in seconds.
    """

    def __init__(
        self,
        snapshots: PublishedSnapshots,
        on_problem: Callable[[str], object],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._snapshots, self._on_problem, self._monotonic = snapshots, on_problem, monotonic
        self._inventory: SnapshotInventory | None = None
        self._folder: Path | None = None
        self._published = ""
        self._looked_at = -float(MAX_AGE_SECONDS)
        if "AWS_LAMBDA_RUNTIME_API" in os.environ:
            # What a process left that ended in this environment.
            for left in Path(gettempdir()).glob(f"{_PREFIX}*"):
                shutil.rmtree(left, ignore_errors=True)

    def __call__(self) -> SnapshotInventory:
        """Return the snapshot, which answers later calls too: the one before while the newest cannot be fetched.

        Raises NoSnapshotError and CallFailedError.
        """
        if self._inventory and not self._inventory.is_whole:
            self.close()
        if self._inventory is None:
            self._look()
        elif self._monotonic() - self._looked_at >= MAX_AGE_SECONDS:
            self._look_again()
        if self._inventory is None:
            raise NoSnapshotError("the inventory has no snapshot yet: wait for its first build")
        return self._inventory

    def _look_again(self) -> None:
        try:
            self._look()
        except CallFailedError as error:
            self._looked_at = self._monotonic()
            self._on_problem(f"the snapshot before goes on: {error}")

    def _look(self) -> None:
        published = self._snapshots.read_pointer()
        self._looked_at = self._monotonic()
        newest = published[0].info.id if published else ""
        if not published or (self._inventory and newest == self._published):
            return
        folder = Path(mkdtemp(prefix=_PREFIX))
        sources = [FetchedSnapshot(self._snapshots, each, folder / str(each.info.generation)) for each in published]
        try:
            inventory = SnapshotInventory(sources, self._on_problem)
        except NoSnapshotError as error:
            shutil.rmtree(folder, ignore_errors=True)
            self._on_problem(str(error))
            return
        except CallFailedError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self.close()
        self._inventory, self._folder, self._published = inventory, folder, newest

    def close(self) -> None:
        """Close the snapshot, and delete its files."""
        if self._inventory:
            self._inventory.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._inventory = self._folder = None
