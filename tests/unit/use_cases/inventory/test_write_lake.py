import gzip
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import ImageFindings
from ecr_scan_reporter.domain.inventory.lake import LakeTable, begun_key, complete_key, part_key
from ecr_scan_reporter.domain.inventory.lake_progress import LakeProgress
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.use_cases.inventory.write_lake import LakeDay, write_lake, write_lake_once
from tests.unit.domain.inventory.snapshot_infos import INFO
from tests.unit.snapshot.registries import MadeImage, MadeRegistry, build, made_image
from tests.unit.use_cases.inventory.lake import FakeLakeBucket, found, rows

DAY = date(2026, 1, 31)
FINDING = Finding("CVE-2021-44228", Severity.CRITICAL, "log4j", "2.14")
IMAGES = "lake/v1/images/dt=2026-01-31/part-00.ndjson.gz"
FINDINGS = "lake/v1/findings/dt=2026-01-31/part-00.ndjson.gz"
SMALL = 2_000


def never() -> bool:
    return False


def snapshot_of(images: Sequence[MadeImage], folder: Path) -> SnapshotFiles:
    folder.mkdir(exist_ok=True)
    build(MadeRegistry(images), folder).close()
    return SnapshotFiles(folder)


def test_images_and_findings_are_files_of_the_day() -> None:
    bucket = FakeLakeBucket()
    written = write_lake([found(1, 2), found(2, 0), found(3, 1)], INFO, DAY, bucket)
    assert set(bucket.files) == {IMAGES, FINDINGS}
    assert [row["digest"][-1] for row in rows(bucket.files, "images")] == ["1", "2", "3"]
    assert [row["digest"][-1] for row in rows(bucket.files, "findings")] == ["1", "1", "3"]
    progress = LakeProgress(found(3, 1).image.id, 1, 1)
    assert written == LakeDay(3, 3, (IMAGES, FINDINGS), sum(map(len, bucket.files.values())), progress=progress)


def test_a_registry_without_images_has_no_files() -> None:
    bucket = FakeLakeBucket()
    assert write_lake([], INFO, DAY, bucket) == LakeDay(0, 0, (), 0)
    assert bucket.files == {}


def test_a_table_without_rows_has_no_file() -> None:
    bucket = FakeLakeBucket()
    assert write_lake([found(1, 0)], INFO, DAY, bucket).keys == (IMAGES,)


def test_to_write_a_day_again_changes_nothing() -> None:
    bucket = FakeLakeBucket()
    first = write_lake([found(number, 40) for number in range(60)], INFO, DAY, bucket, part_bytes=SMALL)
    files = dict(bucket.files)
    assert write_lake([found(number, 40) for number in range(60)], INFO, DAY, bucket, part_bytes=SMALL) == first
    assert bucket.files == files
    assert bucket.deleted == []


def test_the_files_of_a_longer_write_before_are_removed_and_other_days_stay() -> None:
    bucket = FakeLakeBucket()
    long = write_lake([found(number, 40) for number in range(60)], INFO, DAY, bucket, part_bytes=SMALL)
    before = write_lake([found(1, 1)], INFO, date(2026, 1, 30), bucket)
    bucket.put("lake/v1/findings/dt=2026-01-31/stray.json", b"{}")
    bucket.put("findings/123456789012/eu-west-1/team/app/sha256-1.json", b"{}")
    written = write_lake([found(1, 1)], INFO, DAY, bucket, part_bytes=SMALL)
    assert set(written.removed) == {*long.keys, "lake/v1/findings/dt=2026-01-31/stray.json"} - {IMAGES, FINDINGS}
    others = {*before.keys, "findings/123456789012/eu-west-1/team/app/sha256-1.json"}
    assert set(bucket.files) == {IMAGES, FINDINGS, *others}


def test_old_files_go_only_after_the_new_ones_are_there() -> None:
    class Watched(FakeLakeBucket):
        def delete(self, key: str) -> None:
            assert {IMAGES, FINDINGS} <= set(self.writes[-2:])
            super().delete(key)

    bucket = Watched()
    write_lake([found(number, 40) for number in range(60)], INFO, DAY, bucket, part_bytes=SMALL)
    assert write_lake([found(1, 1)], INFO, DAY, bucket).removed


def test_an_inventory_that_cannot_be_read_to_its_end_removes_nothing() -> None:
    def broken() -> Iterator[ImageFindings]:
        yield found(1, 1)
        raise OSError("the snapshot is gone")

    bucket = FakeLakeBucket()
    write_lake([found(number, 40) for number in range(60)], INFO, DAY, bucket, part_bytes=SMALL)
    files = dict(bucket.files)
    with pytest.raises(OSError, match="gone"):
        write_lake(broken(), INFO, DAY, bucket, part_bytes=SMALL)
    assert bucket.files == files


def test_the_same_rows_make_the_same_bytes_without_a_date_in_them() -> None:
    bucket = FakeLakeBucket()
    write_lake([found(1, 3)], INFO, DAY, bucket)
    for body in bucket.files.values():
        # https://www.rfc-editor.org/rfc/rfc1952: deflate, no name, no date
        assert body[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"


def test_memory_holds_a_file_of_each_table_and_not_the_registry() -> None:
    class Reader:
        """Yields images, and counts those that were read when the first file was written."""

        def __init__(self) -> None:
            self.read = 0

        def __iter__(self) -> Iterator[ImageFindings]:
            for number in range(400):
                self.read += 1
                yield found(number, 20)

    reader = Reader()

    class Watched(FakeLakeBucket):
        read_at_first_write = 0

        def put(self, key: str, body: bytes) -> None:
            self.read_at_first_write = self.read_at_first_write or reader.read
            super().put(key, body)

    bucket = Watched()
    write_lake(reader, INFO, DAY, bucket, part_bytes=50_000)
    assert 0 < bucket.read_at_first_write < 300
    assert max(map(len, bucket.files.values())) < 50_000 + 40_000  # what zlib holds back, and one image


@given(st.lists(st.integers(0, 30), max_size=30), st.integers(1, 5_000))
def test_all_rows_are_there_once_in_order_whatever_the_size_of_a_file(sizes: list[int], part_bytes: int) -> None:
    bucket = FakeLakeBucket()
    everything = [found(number, size) for number, size in enumerate(sizes)]
    written = write_lake(everything, INFO, DAY, bucket, part_bytes=part_bytes)
    assert [row["digest"] for row in rows(bucket.files, "images")] == [each.image.digest for each in everything]
    names = [finding.name for each in everything for finding in each.findings]
    assert [row["name"] for row in rows(bucket.files, "findings")] == names
    assert (written.images, written.findings) == (len(sizes), len(names))
    assert set(written.keys) == set(bucket.files)
    assert written.bytes == sum(map(len, bucket.files.values()))
    assert all(gzip.decompress(body) for body in bucket.files.values())


# --- a day that takes more than one invocation


def limited(images: int) -> Callable[[], bool]:
    """Return that time is up after so many images."""
    left = iter(range(images))
    return lambda: next(left, None) is None


@given(st.lists(st.integers(0, 8), max_size=12), st.lists(st.integers(1, 5), max_size=5), st.integers(1, 800))
def test_a_day_written_in_several_goes_has_all_rows_once_in_order(
    sizes: list[int], goes: list[int], part_bytes: int
) -> None:
    bucket, everything = FakeLakeBucket(), [found(number, size) for number, size in enumerate(sizes)]
    progress, written = LakeProgress(), 0
    for go in goes:
        day = write_lake(
            everything[written:], INFO, DAY, bucket, begun=progress, part_bytes=part_bytes, time_is_up=limited(go)
        )
        progress, written = day.progress, written + day.images
        assert day.is_whole == (written == len(everything) and day.images < go + 1)
        assert progress.after == (everything[written - 1].image.id if written else None)
    last = write_lake(everything[written:], INFO, DAY, bucket, begun=progress, part_bytes=part_bytes)
    assert last.is_whole
    assert [row["digest"] for row in rows(bucket.files, "images")] == [each.image.digest for each in everything]
    names = [finding.name for each in everything for finding in each.findings]
    assert [row["name"] for row in rows(bucket.files, "findings")] == names


def test_files_of_an_earlier_write_stay_until_the_day_is_whole() -> None:
    bucket, earlier = FakeLakeBucket(), part_key(LakeTable.FINDINGS, DAY, 7)
    bucket.put(earlier, b"")
    first = write_lake([found(1, 1), found(2, 1)], INFO, DAY, bucket, time_is_up=limited(1))
    assert (first.is_whole, first.removed) == (False, ())
    second = write_lake([found(2, 1)], INFO, DAY, bucket, begun=first.progress)
    assert second.removed == (earlier,)
    assert [row["digest"][-1] for row in rows(bucket.files, "images")] == ["1", "2"]


def test_the_next_write_of_a_day_goes_on_with_the_snapshot_of_then(tmp_path: Path) -> None:
    bucket = FakeLakeBucket()
    images = sorted((made_image(number, FINDING) for number in range(4)), key=lambda made: made.image.digest)
    files = snapshot_of(images[:3], tmp_path / "first")
    first = write_lake_once(files, DAY, bucket, limited(2))
    assert first is not None
    assert (first.is_whole, first.images) == (False, 2)
    assert complete_key(DAY) not in bucket.files
    files = snapshot_of(images, tmp_path / "second")
    second = write_lake_once(files, DAY, bucket, never)
    assert second is not None
    assert (second.is_whole, second.images) == (True, 2)
    assert [row["digest"] for row in rows(bucket.files, "images")] == [each.image.digest for each in images]
    assert write_lake_once(files, DAY, bucket, never) is None


@pytest.mark.parametrize("damaged", [b"{", b"[]", b'{"after": 1, "images": 0, "findings": 0}', b'{"images": -1}'])
def test_progress_that_cannot_be_read_lets_the_day_begin_anew(tmp_path: Path, damaged: bytes) -> None:
    bucket = FakeLakeBucket()
    bucket.put(begun_key(DAY), damaged)
    written = write_lake_once(snapshot_of([made_image(1, FINDING)], tmp_path), DAY, bucket, never)
    assert written is not None
    assert (written.is_whole, written.images) == (True, 1)
