from collections.abc import Iterator
from pathlib import Path

import pytest

from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from tests.unit.web.world import World, opened_registry


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnapshotInventory]:
    """The snapshot of the made-up registry of the API's tests."""
    folder: Path = tmp_path_factory.mktemp("snapshot")
    with opened_registry(folder) as inventory:
        yield inventory


@pytest.fixture
def world(snapshot: SnapshotInventory) -> World:
    """The API over that snapshot."""
    return World(snapshot)
