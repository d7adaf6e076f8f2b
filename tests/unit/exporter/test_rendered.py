"""The text of metrics is rendered once a snapshot and detail."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ecr_scan_reporter.domain.inventory.measures import MetricsDetail, RepositoryMeasures
from ecr_scan_reporter.exporter.rendered import RenderedMetrics
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from tests.unit.snapshot.registries import MadeRegistry, build, made_image


@pytest.fixture
def inventory(tmp_path: Path) -> Iterator[SnapshotInventory]:
    """A small snapshot."""
    inventory = build(MadeRegistry([made_image(1)]), tmp_path)
    yield inventory
    inventory.close()


def test_the_text_is_rendered_once_for_each_snapshot_and_detail(
    inventory: SnapshotInventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    measure = inventory.measure_repositories

    def measured() -> Iterator[RepositoryMeasures]:
        asked.append(inventory.info.id)
        return measure()

    monkeypatch.setattr(inventory, "measure_repositories", measured)
    metrics = RenderedMetrics()
    first = metrics(inventory, MetricsDetail.REPOSITORY)
    assert metrics(inventory, MetricsDetail.REPOSITORY) is first
    assert len(asked) == 1
    metrics(inventory, MetricsDetail.IMAGE)
    assert metrics(inventory, MetricsDetail.REPOSITORY) is first
    assert len(asked) == 2
    inventory.info = replace(inventory.info, id="the next one")
    metrics(inventory, MetricsDetail.REPOSITORY)
    assert len(asked) == 3


def test_it_is_compressed_and_knows_its_size(inventory: SnapshotInventory) -> None:
    text = RenderedMetrics()(inventory, MetricsDetail.IMAGE)
    content = gzip.decompress(text.packed)
    assert len(content) == text.size
    assert content.startswith(b"# HELP aws_ecr_repository_count ")
