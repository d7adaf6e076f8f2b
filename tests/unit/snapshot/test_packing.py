"""What is not the published bytes is never opened."""

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.packing import Packed, pack, unpack

CONTENT = bytes(range(256)) * 200


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("packing")
    (made / "images.sqlite").write_bytes(CONTENT)
    return made


@pytest.fixture(scope="module")
def packed(folder: Path) -> Packed:
    return pack(folder / "images.sqlite", folder / "images.gz")


def opened(packed: Packed, content: bytes, target: Path) -> None:
    unpack(io.BytesIO(content), target, sha256=packed.sha256, size=packed.bytes, raw_size=packed.raw_bytes)


def test_what_was_packed_comes_back(folder: Path, packed: Packed) -> None:
    opened(packed, packed.path.read_bytes(), folder / "back.sqlite")
    assert (folder / "back.sqlite").read_bytes() == CONTENT
    assert gzip.decompress(packed.path.read_bytes()) == CONTENT
    assert pack(folder / "images.sqlite", folder / "again.gz").sha256 == packed.sha256


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_flipped_bit_is_refused_wherever_it_is(folder: Path, packed: Packed, data: st.DataObject) -> None:
    content = bytearray(packed.path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    refused(packed, bytes(content), folder)


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_a_cut_stream_is_refused(folder: Path, packed: Packed, data: st.DataObject) -> None:
    content = packed.path.read_bytes()
    refused(packed, content[: data.draw(st.integers(0, len(content) - 1))], folder)


def test_what_unpacks_to_more_than_was_published_ends_early(folder: Path, packed: Packed) -> None:
    refused(packed, gzip.compress(bytes(50_000_000)), folder)


def test_bytes_after_the_end_are_refused(folder: Path, packed: Packed) -> None:
    refused(packed, packed.path.read_bytes() + b"x", folder)


def refused(packed: Packed, content: bytes, folder: Path) -> None:
    target = folder / "refused.sqlite"
    with pytest.raises(InvalidInputError, match=r"refused\.sqlite"):
        opened(packed, content, target)
    assert not target.exists()
    assert not target.with_suffix(".part").exists()
