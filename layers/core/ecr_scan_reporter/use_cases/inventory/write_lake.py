"""Write the inventory of a day into the lake, which Athena reads."""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from ecr_scan_reporter.domain.inventory.answers import ImageFindings
from ecr_scan_reporter.domain.inventory.lake import LakeTable, complete_key, day_prefix, part_key
from ecr_scan_reporter.domain.inventory.lake_rows import finding_lines, image_line
from ecr_scan_reporter.domain.inventory.selection import ImageFilter, SuppressedFindings
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.snapshot.inventory import LocalSnapshot, SnapshotInventory

# Athena reads a compressed file in one thread, so several smaller ones are read faster.
PART_BYTES = 16 * 1024 * 1024
# Level 6 makes the files 29 % smaller in 26 % more processor time, which is what an invocation lacks.
_LEVEL = 1
# A gzip header, without a name and a date: the same rows make the same bytes.
_GZIP = 31


class LakeBucket(Protocol):
    """The bucket with the files of the lake."""

    def put(self, key: str, body: bytes) -> None:
        """Write a file, over the one that was there."""

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with a prefix."""

    def delete(self, key: str) -> None:
        """Delete a file; one that is not there is no error."""


@dataclass(frozen=True, slots=True)
class LakeDay:
    """What was written: rows of each table, the files, their bytes. `removed` are files of an earlier, longer write."""

    images: int
    findings: int
    keys: tuple[str, ...]
    bytes: int
    removed: tuple[str, ...] = ()


def write_lake_once(files: SnapshotFiles, day: date, bucket: LakeBucket) -> LakeDay | None:
    """Write the snapshot in `files` as the day, unless the day is written already: None then.

    A write that was killed left no mark, and is done again.
    """
    mark = complete_key(day)
    if mark in bucket.keys(mark):
        return None
    inventory = SnapshotInventory([LocalSnapshot(files)])
    with closing(inventory):
        written = write_lake(inventory.image_findings(ImageFilter(suppressed=SuppressedFindings.INCLUDED)), day, bucket)
    bucket.put(mark, b"")
    return written


def write_lake(
    found: Iterable[ImageFindings], day: date, bucket: LakeBucket, *, part_bytes: int = PART_BYTES
) -> LakeDay:
    """Write all images and their findings as the files of a day. A file has about `part_bytes`, compressed.

    Holds one file of each table in memory. To write a day again replaces it: files that an earlier, longer write left
    go at the end. A question that is asked meanwhile may see rows of both. Raises what the bucket raises.
    """
    images = _Table(LakeTable.IMAGES, day, bucket, part_bytes)
    findings = _Table(LakeTable.FINDINGS, day, bucket, part_bytes)
    for each in found:
        images.add((image_line(each.image),))
        findings.add(finding_lines(each))
    keys = (*images.close(), *findings.close())
    removed = tuple(_delete_others(bucket, day, frozenset(keys)))
    return LakeDay(images.rows, findings.rows, keys, images.bytes + findings.bytes, removed)


def _delete_others(bucket: LakeBucket, day: date, written: frozenset[str]) -> Iterator[str]:
    """Delete the files of the day that were not written now; yield their keys."""
    for table in LakeTable:
        for key in [key for key in bucket.keys(day_prefix(table, day)) if key not in written]:
            bucket.delete(key)
            yield key


class _Table:
    """The files of one table and day; one is open."""

    def __init__(self, table: LakeTable, day: date, bucket: LakeBucket, part_bytes: int) -> None:
        self._table, self._day, self._bucket, self._part_bytes = table, day, bucket, part_bytes
        self._keys: list[str] = []
        self._open()
        self.rows = 0
        self.bytes = 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Add the rows of one image."""
        rows = list(lines)
        self._part += self._compressor.compress(b"".join(rows))
        self._rows_in_part += len(rows)
        if rows and len(self._part) >= self._part_bytes:
            self._store()

    def close(self) -> list[str]:
        """Write the last file. Return the keys of all."""
        if self._rows_in_part:
            self._store()
        return self._keys

    def _open(self) -> None:
        self._compressor = zlib.compressobj(_LEVEL, wbits=_GZIP)
        self._part = bytearray()
        self._rows_in_part = 0

    def _store(self) -> None:
        self._part += self._compressor.flush()
        key = part_key(self._table, self._day, len(self._keys))
        self._bucket.put(key, bytes(self._part))
        self._keys.append(key)
        self.rows += self._rows_in_part
        self.bytes += len(self._part)
        self._open()
