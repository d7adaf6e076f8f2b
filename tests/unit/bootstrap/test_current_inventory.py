"""The snapshot that a function keeps open between its invocations."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from ecr_scan_reporter.bootstrap.current_inventory import MAX_AGE_SECONDS, CurrentInventory
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.stored_document import StoredDocument
from ecr_scan_reporter.domain.inventory.selection import FindingFilter
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import CallFailedError, NoSnapshotError
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.use_cases.inventory.snapshots import PublishedSnapshots
from tests.unit.snapshot.registries import MadeRegistry, build, info, made_image
from tests.unit.use_cases.inventory.bucket import FakeBucket

FAULT = CallFailedError("GetObject", "SlowDown", "reduce your request rate")


@dataclass
class Bucket(FakeBucket):
    """A bucket that may be away; `pointers` counts how often the pointer is read."""

    fault: CallFailedError | None = None
    file_fault: CallFailedError | None = None
    pointers: int = 0

    def load(self, key: str) -> StoredDocument | None:
        self.pointers += 1
        if self.fault:
            raise self.fault
        return super().load(key)

    def read(self, key: str, consume: Callable[[IO[bytes]], object]) -> bool:
        if self.file_fault:
            raise self.file_fault
        return super().read(key, consume)


@dataclass
class Function:
    """A function between its invocations, at a time that tests move."""

    folder: Path
    bucket: Bucket = field(default_factory=Bucket)
    problems: list[str] = field(default_factory=list)
    seconds: float = 1_000.0

    def __post_init__(self) -> None:
        snapshots = PublishedSnapshots(self.bucket, self.problems.append)
        self.current = CurrentInventory(snapshots, self.problems.append, lambda: self.seconds)

    def publish(self, number: int) -> None:
        """Publish a snapshot whose images have the vulnerability CVE-<number>."""
        target = self.folder / f"built-{number}"
        target.mkdir()
        finding = Finding(f"CVE-{number}", Severity.HIGH, "zlib", "1")
        build(MadeRegistry([made_image(1, finding)]), target, generation=number).close()
        snapshots = PublishedSnapshots(self.bucket, str)
        snapshots.read_pointer()
        assert snapshots.publish(SnapshotFiles(target), info(number), self.bucket.now)

    def damage(self, number: int, name: str) -> None:
        """Damage a file of a snapshot."""
        self.bucket.objects[f"inventory/v2/snapshot-{number}/{name}.sqlite.gz"] = b"damaged"

    def ask(self) -> list[str]:
        """Return the vulnerabilities that the current snapshot has."""
        return [each.finding.name for each in self.current().where(FindingFilter()).items]

    def copies(self) -> list[Path]:
        """Return the copies of snapshots on the disk."""
        return list((self.folder / "tmp").iterdir())


@pytest.fixture
def function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Function]:
    """A function with a disk of its own."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    made = Function(tmp_path)
    yield made
    made.current.close()


def test_a_snapshot_stays_open(function: Function) -> None:
    function.publish(1)
    first = function.current()
    assert function.current() is first
    assert function.ask() == ["CVE-1"]
    assert function.problems == []


def test_a_newer_snapshot_is_found_twenty_seconds_later_and_replaces_the_files(function: Function) -> None:
    function.publish(1)
    function.ask()
    function.publish(2)
    function.seconds += MAX_AGE_SECONDS - 0.1
    assert function.ask() == ["CVE-1"]
    function.seconds += 0.1
    assert function.ask() == ["CVE-2"]
    assert len(function.copies()) == 1


def test_the_same_snapshot_is_not_fetched_again(function: Function) -> None:
    function.publish(1)
    first = function.current()
    function.seconds += 10 * MAX_AGE_SECONDS
    assert function.current() is first


def test_before_the_first_build_there_is_none_and_each_call_looks(function: Function) -> None:
    for _ in range(2):
        with pytest.raises(NoSnapshotError, match="wait for its first build"):
            function.current()
    function.publish(1)
    assert function.ask() == ["CVE-1"]


def test_without_a_snapshot_a_fault_is_an_error(function: Function) -> None:
    function.bucket.fault = FAULT
    with pytest.raises(CallFailedError, match="SlowDown"):
        function.current()


def test_while_the_bucket_is_away_the_snapshot_before_goes_on_and_the_log_says_so(function: Function) -> None:
    function.publish(1)
    function.ask()
    function.publish(2)
    function.bucket.fault = FAULT
    function.seconds += MAX_AGE_SECONDS
    looks = function.bucket.pointers
    assert (function.ask(), function.ask()) == (["CVE-1"], ["CVE-1"])
    assert function.bucket.pointers == looks + 1
    assert function.problems == ["the snapshot before goes on: GetObject failed: SlowDown: reduce your request rate"]
    function.bucket.fault = None
    function.seconds += MAX_AGE_SECONDS
    assert function.ask() == ["CVE-2"]


def test_a_download_that_fails_leaves_nothing_on_the_disk(function: Function) -> None:
    function.publish(1)
    function.ask()
    function.publish(2)
    function.bucket.file_fault = FAULT
    function.seconds += MAX_AGE_SECONDS
    assert function.current().info.generation == 1
    assert len(function.copies()) == 1


def test_a_damaged_snapshot_is_refused_and_the_one_before_answers(function: Function) -> None:
    function.publish(1)
    function.publish(2)
    function.damage(2, "images")
    assert function.ask() == ["CVE-1"]
    assert "refused" in function.problems[0]


def test_a_damaged_snapshot_does_not_replace_the_one_that_is_open(function: Function) -> None:
    function.publish(1)
    function.ask()
    function.publish(2)
    function.damage(1, "images")
    function.damage(2, "images")
    function.seconds += MAX_AGE_SECONDS
    assert function.ask() == ["CVE-1"]
    assert "wait for the next build" in function.problems[-1]


def test_where_the_damage_shows_later_there_is_none_until_the_next_one_is_published(function: Function) -> None:
    function.publish(1)
    function.damage(1, "findings")
    assert function.current().images().total == 1
    for _ in range(2):
        with pytest.raises(NoSnapshotError, match="wait for the next build"):
            function.ask()
    function.publish(2)
    assert function.ask() == ["CVE-2"]
    assert len(function.copies()) == 1


def test_a_new_process_in_lambda_deletes_what_the_one_before_left(
    function: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    function.publish(1)
    function.ask()
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    CurrentInventory(PublishedSnapshots(function.bucket, str), str)
    assert function.copies() == []
