"""The pointer of a snapshot: which files it has. Readers trust nothing that does not match it.

`inventory/v2/current.json` in the findings bucket names the files of the last snapshot, and those of the one before,
which a reader takes when the last one is damaged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ecr_scan_reporter.domain.findings.members import Members
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.errors import InvalidInputError

NAME = "the pointer of the inventory"
FILES = ("images", "findings", "history")
# A reader that began with a snapshot may still need its files.
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One file as it was uploaded: `bytes` compressed, with the digest of these, and `raw_bytes` unpacked."""

    key: str
    sha256: str
    bytes: int
    raw_bytes: int


@dataclass(frozen=True, slots=True)
class PublishedSnapshot:
    """A snapshot and its files by name: images, findings, history."""

    info: SnapshotInfo
    files: Mapping[str, SnapshotFile]


@dataclass(frozen=True, slots=True)
class Pointer:
    """The current snapshot, the one before (None at first), and ids of older ones with the moment of their end."""

    current: PublishedSnapshot
    previous: PublishedSnapshot | None = None
    retired: tuple[tuple[str, datetime], ...] = ()


def folder_of(schema: int) -> str:
    """Return the prefix of all snapshots of a schema. Another schema has another one, and never meets this."""
    return f"inventory/v{schema}/"


def pointer_key(schema: int) -> str:
    """Return the key of the pointer."""
    return f"{folder_of(schema)}current.json"


def file_key(schema: int, snapshot: str, name: str) -> str:
    """Return the key of one file of a snapshot."""
    return f"{folder_of(schema)}{snapshot}/{name}.sqlite.gz"


def next_pointer(before: Pointer | None, current: PublishedSnapshot, now: datetime) -> tuple[Pointer, list[str]]:
    """Return the pointer after `before`, and the ids of the snapshots whose files are to be deleted now."""
    if before is None:
        return Pointer(current), []
    retired = list(before.retired)
    if before.previous:
        retired.append((before.previous.info.id, now))
    ended = [snapshot for snapshot, at in retired if now - at > KEPT]
    kept = tuple(entry for entry in retired if entry[0] not in ended)
    return Pointer(current, before.current, kept), ended


def pointer_document(pointer: Pointer) -> dict[str, Any]:
    """Write the pointer."""
    return {
        **_snapshot_document(pointer.current),
        "previous": _snapshot_document(pointer.previous) if pointer.previous else None,
        "retired": [{"id": snapshot, "at": format_moment(at)} for snapshot, at in pointer.retired],
    }


def _snapshot_document(snapshot: PublishedSnapshot) -> dict[str, Any]:
    info = snapshot.info
    return {
        "schema": info.schema,
        "generation": info.generation,
        "id": info.id,
        "builtAt": format_moment(info.built_at),
        "complete": info.is_complete,
        "pending": info.pending,
        "errors": list(info.errors),
        "files": {
            name: {"key": file.key, "sha256": file.sha256, "bytes": file.bytes, "rawBytes": file.raw_bytes}
            for name, file in snapshot.files.items()
        },
    }


def parse_pointer(document: object, schema: int) -> Pointer:
    """Read the pointer. Raises InvalidInputError that names what is wrong, also where it is of another schema."""
    members = Members(document, NAME)
    previous = members.value("previous")
    return Pointer(
        _parse_snapshot(document, schema),
        _parse_snapshot(previous, schema) if previous is not None else None,
        members.each("retired", _retired) if "retired" in members else (),
    )


def _parse_snapshot(document: object, schema: int) -> PublishedSnapshot:
    members = Members(document, NAME)
    if members.value("schema") != schema:
        raise InvalidInputError(f"schema of {NAME}", members.value("schema"), f"{schema}, the one of this version")
    built_at = members.moment("builtAt")
    if built_at is None:
        raise InvalidInputError(f"builtAt of {NAME}", None, "a moment")
    files = members.value("files")
    if not isinstance(files, Mapping) or not set(FILES) <= files.keys():
        raise InvalidInputError(f"files of {NAME}", files, f"an entry for each of {', '.join(FILES)}")
    info = SnapshotInfo(
        schema=schema,
        generation=_number(members, "generation"),
        id=members.text("id"),
        built_at=built_at,
        is_complete=members.boolean("complete") is True,
        pending=_number(members, "pending"),
        errors=members.each("errors", _text),
    )
    return PublishedSnapshot(info, {name: _parse_file(files[name], name) for name in FILES})


def _parse_file(document: object, name: str) -> SnapshotFile:
    file = Members(document, f"file {name} of {NAME}")
    return SnapshotFile(file.text("key"), file.text("sha256"), _number(file, "bytes"), _number(file, "rawBytes"))


def _number(members: Members, key: str) -> int:
    number = members.number(key)
    if number is None or number < 0 or number != int(number):
        raise InvalidInputError(f"{key} of {NAME}", number, "a whole number")
    return int(number)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidInputError(name, value, "a text")
    return value


def _retired(value: object, name: str) -> tuple[str, datetime]:
    entry = Members(value, name)
    at = entry.moment("at")
    if at is None:
        raise InvalidInputError(f"at of {name}", None, "a moment")
    return entry.text("id"), at
