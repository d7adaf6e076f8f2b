import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.inventory.pointer import (
    FILES,
    KEPT,
    Pointer,
    PublishedSnapshot,
    SnapshotFile,
    next_pointer,
    parse_pointer,
    pointer_document,
)
from ecr_scan_reporter.errors import InvalidInputError

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def snapshot(number: int, **facts: Any) -> PublishedSnapshot:
    info = SnapshotInfo(1, number, f"s{number}", NOW, **facts)
    files = {name: SnapshotFile(f"inventory/v1/s{number}/{name}.sqlite.gz", "ab" * 32, 10, 20) for name in FILES}
    return PublishedSnapshot(info, files)


POINTER = Pointer(snapshot(3, is_complete=False, pending=7, errors=("team/app: denied",)), snapshot(2), (("s1", NOW),))


@pytest.mark.parametrize("pointer", [POINTER, Pointer(snapshot(1))])
def test_what_is_written_is_read(pointer: Pointer) -> None:
    assert parse_pointer(json.loads(json.dumps(pointer_document(pointer))), 1) == pointer


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "schema": lambda document: document.update(schema=2),
    "id": lambda document: document.update(id=""),
    "builtAt": lambda document: document.update(builtAt=None),
    "generation": lambda document: document.update(generation=1.5),
    "pending": lambda document: document.update(pending=-1),
    "errors": lambda document: document.update(errors=[1]),
    "files": lambda document: document["files"].pop("history"),
    "sha256": lambda document: document["files"]["images"].update(sha256=""),
    "bytes": lambda document: document["files"]["images"].update(bytes="10"),
    "retired": lambda document: document.update(retired=[{"id": "s1"}]),
    "complete": lambda document: document.update(complete="yes"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_wrong_member_is_named(name: str) -> None:
    document = json.loads(json.dumps(pointer_document(POINTER)))
    CHANGES[name](document)
    with pytest.raises(InvalidInputError, match=name if name != "retired" else "at of retired"):
        parse_pointer(document, 1)


@pytest.mark.parametrize("document", [None, [], "x", {}])
def test_what_is_no_pointer_is_refused(document: object) -> None:
    with pytest.raises(InvalidInputError):
        parse_pointer(document, 1)


def test_the_snapshot_before_stays_and_older_ones_end_after_a_day() -> None:
    pointer, ended = next_pointer(None, snapshot(1), NOW)
    assert (pointer, ended) == (Pointer(snapshot(1)), [])
    pointer, ended = next_pointer(pointer, snapshot(2), NOW)
    assert (pointer.previous, pointer.retired, ended) == (snapshot(1), (), [])
    pointer, ended = next_pointer(pointer, snapshot(3), NOW)
    assert (pointer.previous, pointer.retired, ended) == (snapshot(2), (("s1", NOW),), [])
    later = NOW + KEPT
    pointer, ended = next_pointer(pointer, snapshot(4), later)
    assert (pointer.retired, ended) == ((("s1", NOW), ("s2", later)), [])
    pointer, ended = next_pointer(pointer, snapshot(5), later + timedelta(seconds=1))
    assert ended == ["s1"]
    assert [name for name, _ in pointer.retired] == ["s2", "s3"]
