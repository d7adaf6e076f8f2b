"""The inventory publishes which images come first, where a day does not reach all that are due."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from ecr_scan_reporter.domain.inventory.scan_order import Criterion
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.scanning.order import ScanOrder, unpack_order
from ecr_scan_reporter.domain.scanning.policy import DEFAULT_SCANS_PER_DAY, ECR_SCANS_PER_DAY, ScanPolicy
from ecr_scan_reporter.domain.scanning.selection import JobSelection
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.use_cases.inventory.scan_order import ScanOrderPublisher, scan_order
from tests.unit.samples import REPOSITORY, image, image_id
from tests.unit.snapshot.registries import MAX_AGE, NOW, MadeImage, MadeRegistry, build

WEEKLY = ScanPolicy(MAX_AGE)
ALL = JobSelection(re.compile(""))


@dataclass
class Bucket:
    """A bucket in memory; writing to it fails with `error`, if there is one."""

    objects: dict[str, bytes] = field(default_factory=dict)
    error: Exception | None = None

    def upload(self, key: str, path: Path) -> None:
        if self.error:
            raise self.error
        self.objects[key] = path.read_bytes()


def publish(folder: Path, bucket: Bucket, per_day: int) -> tuple[ScanOrder, list[str]]:
    """Publish the order of a snapshot with three images, of which one is in use."""
    images = [MadeImage(image(number)) for number in range(3)]
    build(MadeRegistry(images, places={image_id(2): ["ecs"]}), folder).close()
    problems: list[str] = []
    publisher = ScanOrderPublisher(bucket, ALL, replace(WEEKLY, max_scans_per_day=per_day), problems.append)
    return publisher.publish(SnapshotFiles(folder), NOW), problems


def places(order: ScanOrder) -> list[int | None]:
    first = order.of(REPOSITORY)
    return [first.place(image_id(number).digest) for number in range(3)] if first else []


def test_the_images_that_a_day_reaches_are_published(tmp_path: Path) -> None:
    bucket = Bucket()
    order, problems = publish(tmp_path, bucket, per_day=2)
    assert (places(order), order.due, order.built_at, problems) == ([1, None, 0], 3, NOW, [])
    assert {key: unpack_order(content) for key, content in bucket.objects.items()} == {
        "inventory/v1/scan-order.json.gz": order
    }


def test_a_day_that_reaches_all_needs_no_order_and_replaces_the_one_before(tmp_path: Path) -> None:
    bucket = Bucket({"inventory/v1/scan-order.json.gz": b"before"})
    order, _ = publish(tmp_path, bucket, per_day=3)
    assert (places(order), order.due) == ([], 3)
    assert unpack_order(*bucket.objects.values()) == order


def test_an_order_that_cannot_be_stored_fails_no_build(tmp_path: Path) -> None:
    bucket = Bucket(error=CallFailedError("PutObject", "SlowDown", "later"))
    _, [problem] = publish(tmp_path, bucket, per_day=2)
    assert problem.startswith("the order of scans is not published: ")


class ManyDue:
    """More images are due than ECR scans in a day."""

    def count(self) -> int:
        return ECR_SCANS_PER_DAY + 1

    def first(self, order: Sequence[Criterion], most: int) -> Iterator[ImageId]:
        return (image_id(number) for number in range(most))


@pytest.mark.parametrize(
    ("max_scans_per_day", "listed"),
    [(None, DEFAULT_SCANS_PER_DAY), (1_000_000, ECR_SCANS_PER_DAY), (1_000, 1_000)],
)
def test_without_a_budget_of_ones_own_the_quota_of_ecr_is_the_limit(max_scans_per_day: int | None, listed: int) -> None:
    order = scan_order(ManyDue(), replace(WEEKLY, max_scans_per_day=max_scans_per_day), NOW)
    [names] = order.registries.values()
    assert (len(names["team/app"]), order.due) == (listed, ECR_SCANS_PER_DAY + 1)
