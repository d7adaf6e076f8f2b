"""Which images come first for scanning."""

from dataclasses import replace
from datetime import timedelta
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.inventory.scan_order import (
    IMPORTANCE,
    WAITING,
    Criterion,
    first_to_scan,
    number_by_importance,
)
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.inventory.due_images import DueImage, in_order
from tests.unit.samples import REPOSITORY, ago, image_id

SCANNED = DueImage(image_id(1), scanned_at=ago(days=20))
MORE_IMPORTANT_FIRST = [
    ("in use and never scanned", DueImage(image_id(9), is_in_use=True)),
    ("in use and exploited", replace(SCANNED, is_in_use=True, exploited=2)),
    ("in use", replace(SCANNED, is_in_use=True)),
    ("never scanned, pulled yesterday", DueImage(image_id(2), used_at=ago(days=1))),
    ("never scanned", DueImage(image_id(1))),
    ("exploited", replace(SCANNED, exploited=1)),
    ("a critical finding", replace(SCANNED, counts={Severity.CRITICAL: 1})),
    ("many high findings", replace(SCANNED, counts={Severity.HIGH: 200})),
    ("pulled yesterday", replace(SCANNED, used_at=ago(days=1))),
    ("pulled long ago", replace(SCANNED, used_at=ago(days=90))),
    ("never pulled", SCANNED),
    ("with a greater digest", replace(SCANNED, id=image_id(2))),
]
repositories = st.sampled_from([REPOSITORY, replace(REPOSITORY, name="base"), Repository("1", "eu-west-1", "base")])
due_images = st.builds(
    DueImage,
    id=st.builds(image_id, st.integers(1, 3), repositories),
    is_in_use=st.booleans(),
    exploited=st.integers(0, 2),
    counts=st.dictionaries(st.sampled_from(Severity), st.integers(0, 2)),
    used_at=st.none() | st.integers(0, 2).map(lambda days: ago(days=days)),
    scanned_at=st.none() | st.integers(8, 10).map(lambda days: ago(days=days)),
)
several = st.lists(due_images, unique_by=lambda image: image.id, max_size=9)


def test_the_order_of_importance() -> None:
    images = [image for _, image in MORE_IMPORTANT_FIRST]
    assert in_order(images[::-1], IMPORTANCE) == images


def test_those_that_wait_longest_were_never_scanned_or_scanned_longest_ago() -> None:
    months, weeks = (replace(SCANNED, scanned_at=ago(days=days)) for days in (90, 20))
    in_use = replace(weeks, is_in_use=True)
    never = DueImage(image_id(2))
    assert in_order([in_use, weeks, months, never], WAITING) == [never, months, in_use, weeks]


@pytest.mark.parametrize("order", [IMPORTANCE, WAITING])
@given(images=several, data=st.data())
def test_an_order_is_the_same_however_the_images_come(
    order: tuple[Criterion, ...], images: list[DueImage], data: st.DataObject
) -> None:
    assert in_order(data.draw(st.permutations(images)), order) == in_order(images, order)


@given(several, st.integers(1, 9))
def test_half_of_a_day_is_for_the_most_important_and_the_other_for_those_that_wait_longest(
    images: list[DueImage], per_day: int
) -> None:
    important, waiting = ([image.id for image in in_order(images, order)] for order in (IMPORTANCE, WAITING))
    first = first_to_scan(important, waiting, per_day)
    half = number_by_importance(per_day)
    assert first[:half] == important[:half]
    assert len(first) == len(set(first)) == min(per_day, len(images))
    others = [image for image in waiting if image not in important[:half]]
    assert first[half:] == others[: per_day - half]


def test_a_day_of_one_scan_is_for_the_image_that_waits_longest() -> None:
    assert first_to_scan(["important"], ["waiting", "important"], 1) == ["waiting"]


@given(several.filter(bool), st.integers(1, 5), st.integers(1, 12))
def test_no_image_waits_longer_than_half_of_the_scans_of_a_day_take_for_all(
    images: list[DueImage], per_day: int, max_age_days: int
) -> None:
    """Important images expire again and again; the others have their turn all the same."""
    known, longest = {image.id: image for image in images}, ceil(len(images) / ceil(per_day / 2))
    due_since: dict[ImageId, int] = {}
    for day in range(4 * longest):
        now = ago(days=-day)
        due = [
            image
            for image in known.values()
            if image.scanned_at is None or now - image.scanned_at > timedelta(days=max_age_days)
        ]
        for image in due:
            assert day - due_since.setdefault(image.id, day) < longest
        important, waiting = ([image.id for image in in_order(due, order)] for order in (IMPORTANCE, WAITING))
        for scanned in first_to_scan(important, waiting, per_day):
            known[scanned] = replace(known[scanned], scanned_at=now)
            del due_since[scanned]
