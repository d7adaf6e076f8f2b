"""Readers see whole snapshots alone, whatever happens to what is published."""

import json
import random
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.pointer import FILES, pointer_key
from ecr_scan_reporter.domain.inventory.selection import FindingFilter
from ecr_scan_reporter.domain.scanning.order import ORDER_KEY
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import NoSnapshotError
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from ecr_scan_reporter.snapshot.schema import SCHEMA
from ecr_scan_reporter.use_cases.inventory.snapshots import FetchedSnapshot, PublishedSnapshots
from tests.unit.snapshot.registries import NOW, MadeRegistry, build, info, made_image
from tests.unit.use_cases.inventory.bucket import FakeBucket

POINTER = pointer_key(SCHEMA)


def publish(bucket: FakeBucket, folder: Path, number: int) -> bool:
    """Publish a snapshot in which each image has the vulnerability CVE-<number>."""
    target = folder / f"built-{number}"
    target.mkdir(parents=True)
    finding = Finding(f"CVE-{number}", Severity.HIGH, "zlib", "1")
    build(MadeRegistry([made_image(each, finding) for each in range(3)]), target, generation=number).close()
    snapshots = PublishedSnapshots(bucket, str)
    snapshots.read_pointer()
    return snapshots.publish(SnapshotFiles(target), info(number), bucket.now)


def read(bucket: FakeBucket, folder: Path, problems: list[str] | None = None) -> set[str]:
    """Return the vulnerabilities that a reader finds, and checks that the snapshot is no mixture."""
    said: list[str] = [] if problems is None else problems
    snapshots = PublishedSnapshots(bucket, said.append)
    sources = [FetchedSnapshot(snapshots, each, folder / f"read-{each.info.id}") for each in snapshots.read_pointer()]
    with closing(SnapshotInventory(sources, said.append)) as inventory:
        page = inventory.where(FindingFilter())
        names = {each.finding.name for each in page.items}
        assert names == {f"CVE-{inventory.info.generation}"}
        assert page.total == inventory.images().total == 3
        return names


def test_what_is_published_is_read(tmp_path: Path) -> None:
    bucket = FakeBucket()
    for number in (1, 2, 3):
        assert publish(bucket, tmp_path, number)
        assert read(bucket, tmp_path / str(number)) == {f"CVE-{number}"}


BREAKAGES = ("cut", "flip", "remove", "empty", "swap")


@pytest.mark.parametrize("name", ["images", "findings"])
@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_broken_upload_is_refused_and_the_one_before_answers(tmp_path: Path, name: str, breakage: str) -> None:
    bucket = FakeBucket()
    publish(bucket, tmp_path, 1)
    publish(bucket, tmp_path, 2)
    key = f"inventory/v2/snapshot-2/{name}.sqlite.gz"
    content = bucket.objects[key]
    match breakage:
        case "cut":
            bucket.objects[key] = content[: len(content) // 2]
        case "flip":
            at = random.Random(name).randrange(len(content))
            bucket.objects[key] = content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :]
        case "remove":
            del bucket.objects[key]
        case "empty":
            bucket.objects[key] = b""
        case "swap":
            bucket.objects[key] = bucket.objects[f"inventory/v2/snapshot-1/{name}.sqlite.gz"]
    problems: list[str] = []
    assert read(bucket, tmp_path, problems) == {"CVE-1"}
    assert len(problems) == 1
    assert "refused" in problems[0]


def test_without_a_whole_snapshot_a_reader_says_so(tmp_path: Path) -> None:
    bucket = FakeBucket()
    publish(bucket, tmp_path, 1)
    bucket.objects["inventory/v2/snapshot-1/images.sqlite.gz"] = b""
    with pytest.raises(NoSnapshotError, match="wait for the next build"):
        read(bucket, tmp_path)


def test_of_two_builds_on_the_same_snapshot_one_is_published(tmp_path: Path) -> None:
    bucket = FakeBucket()
    publish(bucket, tmp_path, 1)
    slow = PublishedSnapshots(bucket, str)
    slow.read_pointer()
    publish(bucket, tmp_path, 2)
    assert slow.publish(SnapshotFiles(tmp_path / "built-1"), info(9), NOW) is False
    assert not any("snapshot-9" in key for key in bucket.objects)
    assert read(bucket, tmp_path / "reader") == {"CVE-2"}


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"schema": 2}'])
def test_a_pointer_that_no_reader_understands_is_replaced(tmp_path: Path, content: bytes) -> None:
    bucket = FakeBucket({POINTER: content})
    problems: list[str] = []
    assert PublishedSnapshots(bucket, problems.append).read_pointer() == []
    assert len(problems) == 1
    assert publish(bucket, tmp_path, 1)
    assert read(bucket, tmp_path / "reader") == {"CVE-1"}


def test_old_snapshots_are_deleted_after_a_day_and_the_last_two_never(tmp_path: Path) -> None:
    bucket = FakeBucket()
    for number in range(1, 6):
        publish(bucket, tmp_path, number)
        bucket.now += timedelta(hours=20)
    kept = {key.split("/")[2] for key in bucket.objects if key != POINTER}
    assert kept == {"snapshot-5", "snapshot-4", "snapshot-3", "snapshot-2"}


def test_what_killed_builds_left_behind_is_deleted_after_a_day(tmp_path: Path) -> None:
    bucket = FakeBucket()
    publish(bucket, tmp_path, 1)
    stray, other = "inventory/v2/killed/images.sqlite.gz", "inventory/v3/theirs/images.sqlite.gz"
    for key in (stray, other):
        bucket.objects[key], bucket.written_at[key] = b"x", NOW
    snapshots = PublishedSnapshots(bucket, str)
    snapshots.delete_strays(NOW + timedelta(hours=23))
    assert stray in bucket.objects, "its build may still be running"
    snapshots.delete_strays(NOW + timedelta(hours=25))
    assert stray not in bucket.objects
    assert other in bucket.objects
    assert read(bucket, tmp_path / "reader") == {"CVE-1"}


def as_of_an_earlier_schema(bucket: FakeBucket) -> None:
    """Make what is published what an earlier version of the application left."""
    now, before = f"/v{SCHEMA}/", f"/v{SCHEMA - 1}/"
    document = json.loads(bucket.objects[POINTER])
    text = json.dumps(document | {"schema": SCHEMA - 1}).replace(now, before)
    bucket.objects = {key.replace(now, before): content for key, content in bucket.objects.items()}
    bucket.written_at = {key.replace(now, before): at for key, at in bucket.written_at.items()}
    bucket.objects[pointer_key(SCHEMA - 1)] = text.encode()


def test_the_history_of_an_earlier_schema_goes_on(tmp_path: Path) -> None:
    bucket = FakeBucket()
    publish(bucket, tmp_path, 1)
    as_of_an_earlier_schema(bucket)
    snapshots = PublishedSnapshots(bucket, str)
    assert snapshots.read_pointer() == []
    (tmp_path / "next").mkdir()
    files = SnapshotFiles(tmp_path / "next")
    assert snapshots.fetch_history(files, [])
    assert files.path("history").read_bytes()[:15] == b"SQLite format 3"


def test_a_pointer_of_an_earlier_schema_that_nobody_understands_is_no_history(tmp_path: Path) -> None:
    bucket, problems = FakeBucket(), list[str]()
    bucket.objects[pointer_key(SCHEMA - 1)] = b"[]"
    assert not PublishedSnapshots(bucket, problems.append).fetch_history(SnapshotFiles(tmp_path), [])
    assert len(problems) == 1


def test_snapshots_of_an_earlier_schema_are_deleted_after_a_day_and_the_order_of_scans_stays(tmp_path: Path) -> None:
    bucket = FakeBucket()
    publish(bucket, tmp_path, 1)
    as_of_an_earlier_schema(bucket)
    publish(bucket, tmp_path, 2)
    bucket.objects[ORDER_KEY], bucket.written_at[ORDER_KEY] = b"x", NOW
    snapshots = PublishedSnapshots(bucket, str)
    snapshots.delete_strays(NOW + timedelta(hours=23))
    assert pointer_key(SCHEMA - 1) in bucket.objects
    snapshots.delete_strays(NOW + timedelta(hours=25))
    assert [key for key in bucket.objects if f"/v{SCHEMA}/" not in key] == [ORDER_KEY]
    assert read(bucket, tmp_path / "reader") == {"CVE-2"}


def test_only_the_files_that_a_question_needs_are_fetched(tmp_path: Path) -> None:
    bucket = FakeBucket()
    publish(bucket, tmp_path, 1)
    snapshots = PublishedSnapshots(bucket, str)
    (published,) = snapshots.read_pointer()
    source = FetchedSnapshot(snapshots, published, tmp_path / "lazy")
    with closing(SnapshotInventory([source])) as inventory:
        inventory.images()
        assert [name for name in FILES if source.files.path(name).exists()] == ["images"]
        inventory.where(FindingFilter())
        assert [name for name in FILES if source.files.path(name).exists()] == ["images", "findings"]
