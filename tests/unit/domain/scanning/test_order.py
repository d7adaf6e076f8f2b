"""The order of scans, as the inventory publishes it and the images scanner reads it."""

import gzip
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.scanning.order import ScanOrder, order_of, pack_order, unpack_order
from ecr_scan_reporter.errors import InvalidInputError
from tests.unit.samples import NOW, REPOSITORY

BASE = Repository(REPOSITORY.registry_id, REPOSITORY.region, "base")
DIGESTS = [f"sha256:{letter * 64}" for letter in "abcd"]
ORDER = order_of(
    [ImageId(REPOSITORY, DIGESTS[1]), ImageId(BASE, DIGESTS[0]), ImageId(REPOSITORY, DIGESTS[2])], due=9, built_at=NOW
)
DOCUMENT: dict[str, Any] = {
    "schema": 1,
    "builtAt": "2026-01-31T12:00:00Z",
    "due": 9,
    "registries": {"123456789012/eu-west-1": {"team/app": ["b" * 12, "c" * 12], "base": ["a" * 12]}},
}


def test_the_images_of_a_repository_have_places_by_importance() -> None:
    first = ORDER.of(REPOSITORY)
    assert first
    assert [first.place(digest) for digest in DIGESTS] == [None, 0, 1, None]


def test_a_repository_without_such_images_has_none_of_them() -> None:
    first = ORDER.of(Repository(REPOSITORY.registry_id, REPOSITORY.region, "other"))
    assert first is not None
    assert first.place(DIGESTS[0]) is None


@pytest.mark.parametrize("registry", [("210987654321", "eu-west-1"), ("123456789012", "us-east-1")])
def test_another_registry_has_no_order(registry: tuple[str, str]) -> None:
    assert ORDER.of(Repository(*registry, "team/app")) is None


def test_an_order_of_nothing_is_no_order() -> None:
    assert unpack_order(pack_order(order_of([], due=3, built_at=NOW))).of(REPOSITORY) is None


def test_the_published_document() -> None:
    assert json.loads(gzip.decompress(pack_order(ORDER))) == DOCUMENT


images = st.builds(
    ImageId, st.builds(Repository, st.sampled_from("12"), st.just("eu-west-1"), st.text()), st.text(min_size=1)
)


@given(st.lists(images, unique=True))
def test_what_is_read_is_what_was_written(first: list[ImageId]) -> None:
    order = order_of(first, due=len(first), built_at=NOW)
    assert unpack_order(pack_order(order)) == order
    assert pack_order(order) == pack_order(order)


def test_80_000_images_take_less_than_a_megabyte() -> None:
    made = random.Random(1)
    many = [
        ImageId(
            Repository("1", "eu-west-1", f"team/app-{made.randrange(1_000)}"), f"sha256:{made.getrandbits(256):064x}"
        )
        for _ in range(80_000)
    ]
    assert len(pack_order(order_of(many, due=200_000, built_at=NOW))) < 1_000_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "all of it", id="empty"),
        pytest.param(b"{}", "allowed is gzip", id="not compressed"),
        pytest.param(pack_order(ORDER)[:-9], "all of it", id="cut"),
        pytest.param(gzip.compress(b"nothing"), "allowed is JSON", id="not JSON"),
        pytest.param(gzip.compress(b"\xff"), "allowed is JSON", id="not UTF-8"),
        pytest.param(gzip.compress(b"[" * 100_000), "allowed is JSON", id="deep"),
        pytest.param(gzip.compress(b" " * 50_000_000), "all of it, at most", id="a bomb"),
    ],
)
def test_what_is_no_order_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        unpack_order(content)


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"schema": 2}, "schema of the order of scans"),
        ({"builtAt": None}, "builtAt of the order of scans"),
        ({"builtAt": "yesterday"}, "builtAt of the order of scans"),
        ({"due": "many"}, "due of the order of scans"),
        ({"registries": None}, "registries of the order of scans"),
        ({"registries": {"1/eu-west-1": []}}, "a registry of the order of scans"),
        ({"registries": {"1/eu-west-1": {"base": "abc"}}}, "a repository of the order of scans"),
        ({"registries": {"1/eu-west-1": {"base": [1]}}}, "a repository of the order of scans"),
    ],
)
def test_a_wrong_member_is_named(members: dict[str, Any], name: str) -> None:
    with pytest.raises(InvalidInputError, match=name):
        unpack_order(gzip.compress(json.dumps(DOCUMENT | members).encode()))


def test_the_moment_and_the_number_of_due_images_are_read() -> None:
    assert unpack_order(gzip.compress(json.dumps(DOCUMENT).encode())) == ORDER == ScanOrder(NOW, 9, ORDER.registries)
