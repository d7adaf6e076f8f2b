"""The files of a snapshot, and connections to them."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecr_scan_reporter.domain.inventory.pointer import FILES
from ecr_scan_reporter.snapshot.schema import (
    FINDINGS,
    FINDINGS_INDEXES,
    HISTORY,
    IMAGES,
    IMAGES_INDEXES,
    LISTING_INDEXES,
    SCHEMA,
)

_DATABASES = {"images": "main", "findings": "f", "history": "h"}
# The builder's cache in KiB, for each file; a reader takes a quarter.
CACHE_KIB = 32_768


@dataclass(frozen=True, slots=True)
class SnapshotFiles:
    """The three files of a snapshot, in one folder."""

    folder: Path

    def path(self, name: str) -> Path:
        """Return the path of `images`, `findings` or `history`."""
        return self.folder / f"{name}.sqlite"


def open_for_writing(files: SnapshotFiles, *, keep: Iterable[str] = ()) -> sqlite3.Connection:
    """Open the files in one transaction. Those in `keep` are there already; the others are made, without indexes.

    Whoever is killed leaves half-written files behind, which are never published: no journal protects them.
    """
    kept = frozenset(keep)
    for name in FILES:
        if name not in kept:
            files.path(name).unlink(missing_ok=True)
    connection = sqlite3.connect(files.path("images"), isolation_level=None)
    connection.execute("ATTACH ? AS f", (str(files.path("findings")),))
    connection.execute("ATTACH ? AS h", (str(files.path("history")),))
    for database in _DATABASES.values():
        for setting in ("journal_mode=OFF", "synchronous=OFF", "secure_delete=OFF", "locking_mode=EXCLUSIVE"):
            connection.execute(f"PRAGMA {database}.{setting}")
        connection.execute(f"PRAGMA {database}.cache_size=-{CACHE_KIB}")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("BEGIN")
    for name, statements in (("images", IMAGES), ("findings", FINDINGS), ("history", HISTORY)):
        if name not in kept:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA {_DATABASES[name]}.user_version={SCHEMA}")
    return connection


def add_listing_indexes(connection: sqlite3.Connection) -> None:
    """Make the indexes of new files by which the build finds images."""
    for statement in LISTING_INDEXES:
        connection.execute(statement)


def add_indexes(connection: sqlite3.Connection) -> None:
    """Make the other indexes of new files: after the rows, which costs less than with each row."""
    for statement in (*IMAGES_INDEXES, *FINDINGS_INDEXES):
        connection.execute(statement)


def compact(connection: sqlite3.Connection, files: SnapshotFiles) -> None:
    """Give back the room of what was removed, one file after the other. The connection must be closed after it."""
    for name, database in _DATABASES.items():
        target = files.path(name).with_suffix(".compact")
        target.unlink(missing_ok=True)
        connection.execute(f"VACUUM {database} INTO ?", (str(target),))
        target.replace(files.path(name))


def open_for_reading(files: SnapshotFiles) -> sqlite3.Connection:
    """Open the images. The file never changes, so SQLite takes no locks."""
    connection = sqlite3.connect(_uri(files.path("images")), uri=True, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA query_only=1")
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB // 4}")
    return connection


def read_facts(files: SnapshotFiles) -> dict[str, Any]:
    """Return what the images say of their snapshot, and of its build."""
    connection = open_for_reading(files)
    try:
        return dict(connection.execute("SELECT key, value FROM meta"))
    finally:
        connection.close()


def attach(connection: sqlite3.Connection, files: SnapshotFiles, name: str) -> None:
    """Attach `findings` (as `f`) or `history` (as `h`) to a connection for reading."""
    connection.execute(f"ATTACH ? AS {_DATABASES[name]}", (_uri(files.path(name)),))
    connection.execute(f"PRAGMA {_DATABASES[name]}.cache_size=-{CACHE_KIB // 4}")


def _uri(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"
