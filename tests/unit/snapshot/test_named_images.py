"""An image is found by what people call it, and by nothing else."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.registry.images import Image, ImageId
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from tests.unit.snapshot.registries import APP, MadeImage, MadeRegistry, build, made_image

HERE = "111111111111.dkr.ecr.eu-west-1.amazonaws.com"
MADE = made_image(1, Finding("CVE-1", Severity.HIGH, "zlib", "1"), tags=("1.0",))


def opened(folder: Path, *images: MadeImage) -> SnapshotInventory:
    return build(MadeRegistry(images), folder)


@pytest.fixture
def inventory(tmp_path: Path) -> Iterator[SnapshotInventory]:
    with closing(opened(tmp_path, MADE)) as made:
        yield made


@pytest.mark.parametrize(
    "reference",
    [
        "team/app:1.0",
        MADE.image.digest,
        f"team/app@{MADE.image.digest}",
        MADE.image.digest[7:19],
        f"{HERE}/team/app:1.0",
    ],
)
def test_an_image_is_found_by_each_of_its_names(inventory: SnapshotInventory, reference: str) -> None:
    (found,) = inventory.image(reference)
    assert (found.image.id, len(found.findings)) == (MADE.image.id, 1)


@pytest.mark.parametrize("reference", ["team/app:2.0", "app:1.0", "abcdef123456", f"{HERE}/app:1.0"])
def test_nothing_is_found_by_another_name(inventory: SnapshotInventory, reference: str) -> None:
    assert inventory.image(reference) == ()


@pytest.mark.parametrize("registry", ["999999999999.dkr.ecr.eu-west-1", "111111111111.dkr.ecr.us-east-1"])
def test_an_image_of_another_registry_is_none_of_this_inventory(inventory: SnapshotInventory, registry: str) -> None:
    account, _, _, region = registry.split(".")
    with pytest.raises(InvalidInputError, match=f"'{account}/{region}'.* which is about 111111111111/eu-west-1"):
        inventory.image(f"{registry}.amazonaws.com/team/app:1.0")


def test_of_two_registries_a_uri_means_one(tmp_path: Path) -> None:
    there = Image(ImageId(replace(APP, region="us-east-1"), MADE.image.digest), tags=("1.0",))
    with closing(opened(tmp_path, MADE, MadeImage(there))) as inventory:
        assert [each.image.id for each in inventory.image(f"{HERE}/team/app:1.0")] == [MADE.image.id]
        assert len(inventory.image("team/app:1.0")) == 2
