"""The published order is read once for many jobs; without one, everything is as without an inventory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from ecr_scan_reporter.domain.scanning.order import order_of, pack_order
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.use_cases.scanning.published_order import MAX_AGE, READ_AGAIN_AFTER, PublishedOrder
from tests.unit.samples import NOW, REPOSITORY, image_id

MISSING = CallFailedError("GetObject", "AccessDenied", "not there, or not for you")


@dataclass
class Store:
    """Answers with the first of `contents`, then with the second, and so on; the last one stays."""

    contents: list[bytes | Exception]
    reads: int = 0

    def load(self) -> bytes:
        content = self.contents[min(self.reads, len(self.contents) - 1)]
        self.reads += 1
        if isinstance(content, Exception):
            raise content
        return content


@dataclass
class Container:
    """A container of the images scanner, and its warnings."""

    store: Store
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._order = PublishedOrder(self.store, self.warnings.append)

    def first(self, now: datetime = NOW) -> int | None:
        """Return which image comes first."""
        first = self._order.of(REPOSITORY, now)
        return next((n for n in range(9) if first.place(image_id(n).digest) == 0), None) if first else None


def published(number: int, built_at: datetime = NOW) -> bytes:
    return pack_order(order_of([image_id(number)], due=9, built_at=built_at))


def test_a_container_reads_the_order_once_and_again_after_a_while() -> None:
    container = Container(Store([published(1), published(2)]))
    assert [container.first(NOW + minutes * READ_AGAIN_AFTER / 15) for minutes in (0, 1, 15)] == [1, 1, 1]
    assert container.store.reads == 1
    assert container.first(NOW + timedelta(minutes=16)) == 2
    assert (container.store.reads, container.warnings) == (2, [])


@pytest.mark.parametrize(
    ("content", "reason"),
    [(MISSING, "AccessDenied"), (b"garbage", "allowed is gzip"), (published(1)[:20], "all of it")],
    ids=["missing", "garbage", "cut"],
)
def test_without_an_order_to_go_by_there_is_one_warning(content: bytes | Exception, reason: str) -> None:
    container = Container(Store([content]))
    assert [container.first(NOW + minutes * timedelta(minutes=1)) for minutes in (0, 5, 20, 40)] == [None] * 4
    assert container.store.reads == 3
    [warning] = container.warnings
    assert reason in warning


def test_a_failure_leaves_the_order_that_was_read_before() -> None:
    container = Container(Store([published(1), MISSING, published(2)]))
    assert [container.first(NOW + minutes * timedelta(minutes=1)) for minutes in (0, 20, 40)] == [1, 1, 2]
    assert len(container.warnings) == 1


def test_an_order_that_is_too_old_is_none() -> None:
    container = Container(Store([published(1, NOW - MAX_AGE)]))
    assert container.first() == 1
    assert [container.first(NOW + timedelta(seconds=seconds)) for seconds in (1, 2)] == [None, None]
    assert container.warnings == ["it is of 2026-01-29 12:00 UTC: look at the inventory's builds"]


def test_a_new_order_takes_the_place_of_one_that_is_too_old() -> None:
    container = Container(Store([published(1, NOW - 2 * MAX_AGE), published(2)]))
    assert [container.first(), container.first(NOW + timedelta(minutes=16))] == [None, 2]
