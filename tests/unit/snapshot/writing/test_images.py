"""Images as ECR lists them."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.registry.descriptions import RepositoryDescription
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.snapshot.inventory import LocalSnapshot, SnapshotInventory
from ecr_scan_reporter.snapshot.writing.builder import SnapshotBuilder
from ecr_scan_reporter.snapshot.writing.importance import ImportanceRules
from ecr_scan_reporter.snapshot.writing.suppressions import Suppressions
from tests.unit.snapshot.registries import APP, MAX_AGE, NOW, MadeRegistry, build, info, made_image


@pytest.mark.parametrize("is_fresh", [True, False])
def test_an_image_that_the_list_repeats_is_one_with_the_tags_named_last(tmp_path: Path, is_fresh: bool) -> None:
    listed = made_image(1, tags=("1.0",))
    build(MadeRegistry([listed]), tmp_path).close()
    again = replace(listed, image=replace(listed.image, tags=("1.0", "latest")))
    registry = MadeRegistry([listed, again])
    with closing(build(registry, tmp_path, is_fresh=is_fresh, generation=2)) as inventory:
        assert [image.tags for image in inventory.images().items] == [("1.0", "latest")]


def test_scans_that_ecr_lists_cost_no_look_at_the_images_of_new_files(tmp_path: Path) -> None:
    scan = LastScan(ScanStatus.COMPLETE, NOW, description="Done.")
    images = [replace(made_image(number).image, last_scan=scan) for number in range(20)]
    builder = SnapshotBuilder(
        SnapshotFiles(tmp_path),
        Suppressions([], NOW.date()),
        is_fresh=True,
        has_history=False,
        max_age=MAX_AGE,
        now=NOW,
    )
    statements: list[str] = []
    builder._connection.set_trace_callback(statements.append)
    builder.write_repository(RepositoryDescription(APP), images, None)
    builder._connection.set_trace_callback(None)
    # Without an index, each of them would read all images.
    assert not [each for each in statements if "FROM image" in each or each.startswith("UPDATE image ")]
    builder.end_listing()
    builder.close(info(), {}, ImportanceRules())
    with closing(SnapshotInventory([LocalSnapshot(SnapshotFiles(tmp_path))])) as inventory:
        listed = inventory.images().items
        assert {(image.status, image.scanned_at) for image in listed} == {(CoverageStatus.CURRENT, NOW)}
