"""Publish a snapshot, and fetch one: a reader never sees half of one, a mixture, or one that was changed."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, Protocol

from ecr_scan_reporter.domain.findings.stored_document import StoredDocument
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.inventory.pointer import (
    FILES,
    KEPT,
    Pointer,
    PublishedSnapshot,
    SnapshotFile,
    file_key,
    folder_of,
    next_pointer,
    parse_pointer,
    pointer_document,
    pointer_key,
)
from ecr_scan_reporter.domain.scanning.order import ORDER_KEY
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.snapshot.packing import pack, unpack
from ecr_scan_reporter.snapshot.schema import HISTORY_SINCE, SCHEMA


class SnapshotStore(Protocol):
    """Where snapshots are published."""

    def load(self, key: str) -> StoredDocument | None:
        """Return a JSON document, None where there is none. Raises InvalidInputError."""

    def replace(self, key: str, document: Mapping[str, Any], known: StoredDocument | None) -> bool:
        """Write a document over the `known` one (or none); return False where another one is there by now."""

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        """Write a document, over the one that was there."""

    def upload(self, key: str, path: Path) -> None:
        """Upload a file."""

    def read(self, key: str, consume: Callable[[IO[bytes]], object]) -> bool:
        """Hand the content of an object over as a stream, again where it broke off; return False where there is none.

        Raises CallFailedError.
        """

    def keys(self, prefix: str) -> Iterable[tuple[str, datetime]]:
        """Yield the keys that begin so, and when each object was written."""

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects."""


class PublishedSnapshots:
    """The snapshots of a bucket. `on_problem` gets a sentence about what is damaged or unknown, and is refused."""

    def __init__(self, store: SnapshotStore, on_problem: Callable[[str], object]) -> None:
        self._store = store
        self._on_problem = on_problem
        self._known: StoredDocument | None = None
        self._pointer: Pointer | None = None
        self._is_unreadable = False

    def read_pointer(self) -> list[PublishedSnapshot]:
        """Return the current snapshot and the one before it, as far as there are some. Raises CallFailedError.

        A pointer that cannot be read is none: the next one that is published replaces it.
        """
        self._pointer = self._known = None
        self._is_unreadable = True
        try:
            self._known = self._store.load(pointer_key(SCHEMA))
            self._is_unreadable = False
            if self._known:
                self._pointer = parse_pointer(self._known.content, SCHEMA)
        except InvalidInputError as error:
            self._on_problem(f"the inventory's pointer is refused: {error}")
        found = (self._pointer.current, self._pointer.previous) if self._pointer else ()
        return [snapshot for snapshot in found if snapshot]

    def fetch(self, snapshot: PublishedSnapshot, name: str, files: SnapshotFiles) -> None:
        """Write one file of a snapshot. Raises InvalidInputError where it is damaged or gone, CallFailedError."""
        file = snapshot.files[name]
        into = partial(unpack, target=files.path(name), sha256=file.sha256, size=file.bytes, raw_size=file.raw_bytes)
        if not self._store.read(file.key, into):
            raise InvalidInputError(f"the file {file.key}", None, "the file that was published")

    def fetch_all(self, files: SnapshotFiles, snapshots: Iterable[PublishedSnapshot]) -> PublishedSnapshot | None:
        """Write all files of the first of these snapshots that is whole, and return it; None for none."""
        return self._fetch_first(files, snapshots, FILES, "snapshot")

    def fetch_history(self, files: SnapshotFiles, snapshots: Iterable[PublishedSnapshot]) -> bool:
        """Write the history of the first of these snapshots that has a whole one; return False for none.

        Where there are none, those of earlier schemas count, as far as their history is the same.
        """
        listed = list(snapshots) or self._of_earlier_schemas()
        return self._fetch_first(files, listed, ("history",), "history of the snapshot") is not None

    def _of_earlier_schemas(self) -> list[PublishedSnapshot]:
        found: list[PublishedSnapshot] = []
        for schema in range(SCHEMA - 1, HISTORY_SINCE - 1, -1):
            try:
                stored = self._store.load(pointer_key(schema))
                pointer = parse_pointer(stored.content, schema) if stored else None
            except InvalidInputError as error:
                self._on_problem(f"the pointer of schema {schema} is refused: {error}")
            else:
                found += [each for each in ((pointer.current, pointer.previous) if pointer else ()) if each]
        return found

    def _fetch_first(
        self, files: SnapshotFiles, snapshots: Iterable[PublishedSnapshot], names: Iterable[str], what: str
    ) -> PublishedSnapshot | None:
        for snapshot in snapshots:
            try:
                for name in names:
                    self.fetch(snapshot, name, files)
            except InvalidInputError as error:
                self._on_problem(f"the {what} {snapshot.info.id} is refused: {error}")
            else:
                return snapshot
        return None

    def publish(self, files: SnapshotFiles, info: SnapshotInfo, now: datetime) -> bool:
        """Upload a snapshot and switch the pointer to it; return False where another one was published meanwhile.

        Call `read_pointer` before. The files of old snapshots are deleted.
        """
        published = PublishedSnapshot(info, {name: self._upload(files, info, name) for name in FILES})
        pointer, ended = next_pointer(self._pointer, published, now)
        document = pointer_document(pointer)
        if self._is_unreadable:  # What is no JSON has no known version.
            self._store.save(pointer_key(SCHEMA), document)
        elif not self._store.replace(pointer_key(SCHEMA), document, self._known):
            self._delete([info.id])
            return False
        self._delete(ended)
        return True

    def delete_strays(self, now: datetime) -> None:
        """Delete what builds left behind that were killed before they switched the pointer, and earlier schemas."""
        named = {snapshot.info.id for snapshot in self.read_pointer()}
        named |= {snapshot for snapshot, _ in (self._pointer.retired if self._pointer else ())}
        prefix = folder_of(SCHEMA)
        strays = [
            key
            for key, written_at in self._store.keys(prefix)
            if "/" in key.removeprefix(prefix)
            and key.removeprefix(prefix).partition("/")[0] not in named
            and now - written_at > KEPT
        ]
        # An earlier version published them, and each version reads its own schema alone.
        for schema in range(1, SCHEMA):
            keys = self._store.keys(folder_of(schema))
            strays += [key for key, written_at in keys if key != ORDER_KEY and now - written_at > KEPT]
        self._store.delete(strays)

    def _upload(self, files: SnapshotFiles, info: SnapshotInfo, name: str) -> SnapshotFile:
        packed = pack(files.path(name), files.path(name).with_suffix(".gz"))
        key = file_key(SCHEMA, info.id, name)
        self._store.upload(key, packed.path)
        packed.path.unlink()
        return SnapshotFile(key, packed.sha256, packed.bytes, packed.raw_bytes)

    def _delete(self, snapshots: Iterable[str]) -> None:
        self._store.delete([file_key(SCHEMA, snapshot, name) for snapshot in snapshots for name in FILES])


class FetchedSnapshot:
    """A published snapshot whose files are fetched into a folder, each once."""

    def __init__(self, snapshots: PublishedSnapshots, published: PublishedSnapshot, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.files = SnapshotFiles(folder)
        self._snapshots, self._published = snapshots, published

    def fetch(self, name: str) -> None:
        """Make a file be there. Raises InvalidInputError where it is damaged or gone, CallFailedError."""
        if not self.files.path(name).exists():
            self._snapshots.fetch(self._published, name, self.files)
