"""Compress the files of a snapshot, and unpack them: nothing that does not match its digest is ever opened."""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from ecr_scan_reporter.errors import InvalidInputError

_CHUNK = 1 << 20
# Level 1: 7 % larger than level 6, in a third of the time.
_LEVEL = 1
_GZIP = 31


@dataclass(frozen=True, slots=True)
class Packed:
    """A compressed file: its size, the size of what is in it, and the digest of the compressed bytes."""

    path: Path
    sha256: str
    bytes: int
    raw_bytes: int


def pack(source: Path, target: Path) -> Packed:
    """Compress a file. The same content gives the same bytes."""
    digest, compressor, size = hashlib.sha256(), zlib.compressobj(_LEVEL, wbits=_GZIP), 0
    with source.open("rb") as unpacked, target.open("wb") as packed:
        for chunk in _chunks(unpacked):
            size += len(chunk)
            _write(packed, digest, compressor.compress(chunk))
        _write(packed, digest, compressor.flush())
    return Packed(target, digest.hexdigest(), target.stat().st_size, size)


def unpack(source: IO[bytes], target: Path, *, sha256: str, size: int, raw_size: int) -> None:
    """Unpack a stream into a file that is only there when all of it is right.

    Raises InvalidInputError for a stream that is cut, changed, or unpacks to more than `raw_size` bytes.
    """
    part = target.with_suffix(".part")
    digest, decompressor, received, unpacked = hashlib.sha256(), zlib.decompressobj(_GZIP), 0, 0
    try:
        with part.open("wb") as file:
            for chunk in _chunks(source):
                received += len(chunk)
                digest.update(chunk)
                content = decompressor.decompress(chunk, raw_size - unpacked + 1)
                unpacked += len(content)
                if unpacked > raw_size or decompressor.unconsumed_tail:
                    break
                file.write(content)
    except zlib.error as error:
        part.unlink(missing_ok=True)
        raise InvalidInputError(f"the file {target.name}", str(error), "the bytes that were published") from error
    found = (digest.hexdigest(), received, unpacked)
    if found != (sha256, size, raw_size):
        part.unlink(missing_ok=True)
        raise InvalidInputError(f"the file {target.name}", f"{received} bytes", f"the {size} bytes that were published")
    part.replace(target)


def _write(packed: BinaryIO, digest: "hashlib._Hash", content: bytes) -> None:
    digest.update(content)
    packed.write(content)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
