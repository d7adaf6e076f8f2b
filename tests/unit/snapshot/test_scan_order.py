"""The due images of a snapshot are those that the images scanner finds due, in the same order as comparing all."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.inventory.scan_order import IMPORTANCE, WAITING, Criterion
from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.scanning.due import decide
from ecr_scan_reporter.domain.scanning.limits import ImageLimits, within_limits
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.domain.scanning.selection import JobSelection
from ecr_scan_reporter.snapshot.files import SnapshotFiles, open_for_reading
from ecr_scan_reporter.snapshot.questions.scan_order import DueImages
from tests.unit.domain.inventory.due_images import DueImage, in_order
from tests.unit.samples import UNSUPPORTED_SYSTEM, image
from tests.unit.snapshot.naive import look
from tests.unit.snapshot.registries import MAX_AGE, NOW, MadeImage, MadeRegistry, build, counted, registries

ALL = JobSelection(re.compile(""))
WEEKLY = ScanPolicy(MAX_AGE)
MANY = 1_000
months = st.sampled_from([None, parse_duration("20d")])
policies = st.builds(
    ScanPolicy,
    st.just(MAX_AGE),
    st.sampled_from(TagStatus),
    st.builds(ImageLimits, st.none() | st.integers(1, 2), months, months),
)


@contextmanager
def due_in(registry: MadeRegistry, selection: JobSelection = ALL, policy: ScanPolicy = WEEKLY) -> Iterator[DueImages]:
    with TemporaryDirectory() as folder:
        build(registry, Path(folder)).close()
        with closing(open_for_reading(SnapshotFiles(Path(folder)))) as connection:
            yield DueImages(connection, selection, policy, NOW)


def found(registry: MadeRegistry, selection: JobSelection = ALL, policy: ScanPolicy = WEEKLY) -> set[str]:
    with due_in(registry, selection, policy) as due:
        return {each.digest for each in due.first(IMPORTANCE, MANY)}


def naive(registry: MadeRegistry) -> list[DueImage]:
    """Return the images that the images scanner finds due."""
    images = []
    for looked in look(registry):
        made, scanned = looked.made.image, looked.made.result
        last = LastScan(scanned.status, scanned.completed_at, description=scanned.description) if scanned else None
        if decide(made, last or LastScan(ScanStatus.NOT_SCANNED), now=NOW, max_age=MAX_AGE).is_due:
            images.append(
                DueImage(
                    looked.id,
                    bool(looked.is_in_use),
                    looked.exploited or 0,
                    counted(looked.reported),
                    made.pulled_at or made.pushed_at,
                    scanned.completed_at if scanned else None,
                )
            )
    return images


@pytest.mark.parametrize("order", [IMPORTANCE, WAITING])
@given(registry=registries(), most=st.integers(1, 9))
def test_due_images_come_in_their_order(order: tuple[Criterion, ...], registry: MadeRegistry, most: int) -> None:
    expected = naive(registry)
    with due_in(registry) as due:
        assert list(due.first(order, most)) == [each.id for each in in_order(expected, order)][:most]
        assert due.count() == len(expected)


@given(registries(), policies)
def test_images_that_the_policy_does_not_select_are_not_due(registry: MadeRegistry, policy: ScanPolicy) -> None:
    tagged = {TagStatus.ANY: (True, False), TagStatus.TAGGED: (True,), TagStatus.UNTAGGED: (False,)}[policy.tag_status]
    images = [made.image for made in registry.images if bool(made.image.tags) in tagged]
    by_repository = {
        each.repository: [other for other in images if other.repository == each.repository] for each in images
    }
    if policy.limits.max_images and any(
        len({each.pushed_at for each in several}) < len(several) for several in by_repository.values()
    ):
        return  # Of images that were pushed at the same moment, any may be among the newest.
    selected = {each.id for several in by_repository.values() for each in within_limits(several, policy.limits, NOW)}
    with due_in(registry, policy=policy) as due:
        assert set(due.first(IMPORTANCE, MANY)) == {each.id for each in naive(registry) if each.id in selected}


@given(registries())
def test_only_repositories_that_a_run_selects_have_due_images(registry: MadeRegistry) -> None:
    expected = {each.digest for each in naive(registry) if each.repository.name.startswith("team/")}
    assert found(registry, JobSelection(re.compile("team/"))) == expected


@given(registries())
def test_where_ecs_names_the_images_those_in_use_are_due_whatever_the_limits(registry: MadeRegistry) -> None:
    expected = {each.digest for each in naive(registry) if each.is_in_use}
    selection, policy = replace(ALL, is_from_ecs=True), replace(WEEKLY, limits=ImageLimits(max_images=1))
    assert found(registry, selection, policy) == expected


@pytest.mark.parametrize(
    ("result", "is_due"),
    [
        (None, True),
        (ScanResult(ScanStatus.COMPLETE, NOW), False),
        (ScanResult(ScanStatus.COMPLETE, NOW.replace(day=13)), True),
        (ScanResult(ScanStatus.ACTIVE, NOW.replace(month=1)), False),
        (ScanResult(ScanStatus.FAILED, NOW.replace(day=13), description="out of memory"), True),
        (ScanResult(ScanStatus.FAILED, NOW.replace(day=13), description=UNSUPPORTED_SYSTEM), False),
        (ScanResult(ScanStatus.FAILED, NOW.replace(month=10, day=20), description=UNSUPPORTED_SYSTEM), True),
        (ScanResult(ScanStatus.IMAGE_SIZE_EXCEEDED, NOW.replace(day=13)), False),
        (ScanResult(ScanStatus.IMAGE_SIZE_EXCEEDED, NOW.replace(month=10, day=20)), True),
        (ScanResult(ScanStatus.SCAN_ELIGIBILITY_EXPIRED, NOW.replace(month=1)), False),
    ],
)
def test_an_image_is_due_as_the_images_scanner_decides(result: ScanResult | None, is_due: bool) -> None:
    registry = MadeRegistry([MadeImage(image(), result)])
    assert (bool(found(registry)), bool(naive(registry))) == (is_due, is_due)


def test_a_repository_may_have_an_age_of_its_own_and_an_excluded_one_has_no_due_images() -> None:
    registry = MadeRegistry([MadeImage(image(), ScanResult(ScanStatus.COMPLETE, NOW.replace(day=13)))])
    for column, value in (("max_age", "1m"), ("is_excluded", 1)):
        with TemporaryDirectory() as folder:
            inventory = build(registry, Path(folder))
            inventory.close()
            with closing(sqlite3.connect(SnapshotFiles(Path(folder)).path("images"))) as connection:
                connection.execute(f"UPDATE repository SET {column} = ?", (value,))
                assert DueImages(connection, ALL, WEEKLY, NOW).count() == 0
