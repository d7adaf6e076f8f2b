"""Write repositories and their images as ECR lists them, and what the ledger knows of their scans."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.findings.findings import SUCCEEDED
from ecr_scan_reporter.domain.inventory.kinds import ImageKind, image_status, kind_of
from ecr_scan_reporter.domain.ledger.entries import ImageState
from ecr_scan_reporter.domain.registry.descriptions import RepositoryDescription
from ecr_scan_reporter.domain.registry.images import Image, ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus, latest
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.snapshot.rows import digest_bytes, moment, seconds, texts
from ecr_scan_reporter.snapshot.schema import COUNTS
from ecr_scan_reporter.snapshot.writing.dimensions import Names
from ecr_scan_reporter.snapshot.writing.occurrences import Occurrences

_ASSIGN_COUNTS = ", ".join(f"{column} = ?" for column in COUNTS)
_REMOVE_IMAGE = (
    "DELETE FROM image WHERE id = ?",
    "DELETE FROM running WHERE image_id = ?",
    "DELETE FROM f.first_seen WHERE image_id = ?",
    "DELETE FROM f.suppressed WHERE image_id = ?",
)
_LISTED = "digest, id, tags, size, pushed, pulled, used, media_type, kind"
_INSERT = """INSERT INTO image(id, repository_id, digest, tags, size, pushed, pulled, used, media_type, kind,
        scan_status, scanned, description, status)
    VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_UPDATE = "UPDATE image SET tags = ?, size = ?, pushed = ?, pulled = ?, used = ?, media_type = ?, kind = ? WHERE id = ?"
_NEVER_SCANNED = LastScan(ScanStatus.NOT_SCANNED)


class ImagesWriter:
    """Writes repositories and images. For the end of the build, it collects what changed.

    `touched_owners` got or lost repositories, `gone_sets` are finding sets
    that lost an image, `retagged` images have other tags than before.
    """

    def __init__(self, connection: sqlite3.Connection, owners: Names, occurrences: Occurrences) -> None:
        self._connection = connection
        self._owners = owners
        self._occurrences = occurrences
        self._repositories = {
            Repository(registry_id, region, name): repository
            for repository, registry_id, region, name in connection.execute(
                "SELECT id, registry_id, region, name FROM repository"
            )
        }
        self._last_image = int(connection.execute("SELECT COALESCE(max(id), 0) FROM image").fetchone()[0])
        self._last_repository = max(self._repositories.values(), default=0)
        # They have no images yet, and new files no index to look for some.
        self._new_repositories: set[int] = set()
        self.touched_owners: set[int] = set()
        self.gone_sets: set[int] = set()
        self.retagged: set[int] = set()

    @property
    def repositories(self) -> frozenset[Repository]:
        """The repositories of the snapshot."""
        return frozenset(self._repositories)

    @property
    def new_repositories(self) -> frozenset[Repository]:
        """The repositories that were not in the snapshot before."""
        return frozenset(each for each, row in self._repositories.items() if row in self._new_repositories)

    def repository_id(self, repository: Repository) -> int | None:
        """Return the id of a repository, None for one that is not listed."""
        return self._repositories.get(repository)

    def write_repository(self, description: RepositoryDescription, now: datetime) -> int:
        """Write what ECR says of a repository; return its id."""
        known = self._repositories.get(description.repository)
        if known is None:
            known = self._last_repository = self._last_repository + 1
            self._repositories[description.repository] = known
            self._new_repositories.add(known)
            self._connection.execute(
                "INSERT INTO repository(id, registry_id, region, name, owner_id) VALUES(?, ?, ?, ?, ?)",
                (known, *_names(description.repository), self._owners.id("")),
            )
        self._connection.execute(
            """UPDATE repository SET uri = ?, tag_mutability = ?, scan_on_push = ?, encryption_type = ?, listed_at = ?,
            error = '' WHERE id = ?""",
            (
                description.uri,
                description.tag_mutability,
                int(description.is_scanned_on_push),
                description.encryption_type,
                seconds(now),
                known,
            ),
        )
        return known

    def write_tags(self, repository: int, owner: str, max_age: str, now: datetime, *, is_excluded: bool) -> None:
        """Write what the AWS tags of a repository say of it."""
        self._touch_owner(repository)
        self._connection.execute(
            "UPDATE repository SET owner_id = ?, max_age = ?, is_excluded = ?, tags_read_at = ? WHERE id = ?",
            (self._owners.id(owner), max_age, int(is_excluded), seconds(now), repository),
        )
        self._touch_owner(repository)

    def _touch_owner(self, repository: int) -> None:
        """Note who owns a repository now: who may lose it, or has just got it."""
        (owner,) = self._connection.execute("SELECT owner_id FROM repository WHERE id = ?", (repository,)).fetchone()
        self.touched_owners.add(owner)

    def write_error(self, repository: int, error: str) -> None:
        """Write why the images of a repository could not be listed: those of the snapshot before stay."""
        self._connection.execute("UPDATE repository SET error = ? WHERE id = ?", (error, repository))

    def write_images(self, repository: int, images: Iterable[Image], oldest_allowed: datetime) -> None:
        """Write all images of a repository; those that are not among them are gone.

        Of an image that is named twice, the last one counts: pages of a list shift while somebody pushes.
        """
        known = {} if repository in self._new_repositories else self._listed(repository)
        new: list[tuple[Any, ...]] = []
        tags: list[tuple[str, int]] = []
        for digest, image in {digest_bytes(image.digest): image for image in images}.items():
            values = _values(image)
            before = known.pop(digest, None)
            if before is None:
                self._last_image += 1
                covered = _covered(kind_of(image), _NEVER_SCANNED, image.last_scan, oldest_allowed)
                new.append((self._last_image, repository, digest, *values, *covered))
                tags.extend((tag, self._last_image) for tag in image.tags)
                continue
            if before[1:] != values:
                self._update(before, values, image, tags)
            if before[1:] != values or image.last_scan:
                self._cover(before[0], image.last_scan, oldest_allowed)
        self._connection.executemany(_INSERT, new)
        self._connection.executemany("INSERT OR IGNORE INTO image_tag VALUES(?, ?)", tags)
        for row in known.values():
            self._remove(row[0])

    def _listed(self, repository: int) -> dict[bytes, tuple[Any, ...]]:
        """Return the images of a repository as they were listed before, by digest."""
        rows = self._connection.execute(f"SELECT {_LISTED} FROM image WHERE repository_id = ?", (repository,))
        return {digest: tuple(values) for digest, *values in rows}

    def _update(
        self, before: tuple[Any, ...], values: tuple[Any, ...], image: Image, tags: list[tuple[str, int]]
    ) -> None:
        row = before[0]
        self._connection.execute(_UPDATE, (*values, row))
        if before[1] != values[0]:
            self._forget_tags(row, before[1])
            self.retagged.add(row)
            tags.extend((tag, row) for tag in image.tags)

    def _forget_tags(self, image: int, tags: str) -> None:
        self._connection.executemany(
            "DELETE FROM image_tag WHERE tag = ? AND image_id = ?", [(tag, image) for tag in json.loads(tags)]
        )

    def _remove(self, image: int) -> None:
        row = self._connection.execute("SELECT set_id, tags FROM image WHERE id = ?", (image,)).fetchone()
        self._occurrences.remember(image)
        self._forget_tags(image, row[1])
        for statement in _REMOVE_IMAGE:
            self._connection.execute(statement, (image,))
        if row[0] is not None:
            self.gone_sets.add(row[0])

    def remove_repository(self, repository: Repository) -> None:
        """Remove a repository that is gone, with its images."""
        gone = self._repositories.pop(repository)
        self._touch_owner(gone)
        for (image,) in self._connection.execute("SELECT id FROM image WHERE repository_id = ?", (gone,)).fetchall():
            self._remove(image)
        self._connection.execute("DELETE FROM repository WHERE id = ?", (gone,))

    def row(self, image: ImageId) -> int | None:
        """Return the row of an image, None for one that is not listed."""
        repository = self._repositories.get(image.repository)
        found = self._connection.execute(
            "SELECT id FROM image WHERE digest = ? AND repository_id = ?", (digest_bytes(image.digest), repository)
        ).fetchone()
        return None if found is None else int(found[0])

    def write_state(self, state: ImageState, oldest_allowed: datetime) -> None:
        """Write what the ledger knows of an image. Counts of findings that are stored nowhere come from it too."""
        scan = state.ended_scan
        if scan:
            self.write_scan(state.id, scan, oldest_allowed)
        row = self.row(state.id) if state.has_counts and state.record else None
        if row is not None and state.record:
            ranks = [state.record.counts.get(severity, 0) for severity in Severity]
            self._connection.execute(
                f"UPDATE image SET {_ASSIGN_COUNTS} WHERE id = ? AND set_id IS NULL AND found = ''",
                (*ranks, row),
            )

    def write_scan(self, image: ImageId, scan: LastScan, oldest_allowed: datetime) -> None:
        """Write the last scan of an image that ended; an older one changes nothing."""
        row = self.row(image)
        if row is not None:
            self._cover(row, scan, oldest_allowed)

    def _cover(self, row: int, scan: LastScan | None, oldest_allowed: datetime) -> None:
        kind, status, scanned, description = self._connection.execute(
            "SELECT kind, scan_status, scanned, description FROM image WHERE id = ?", (row,)
        ).fetchone()
        before = LastScan(ScanStatus.parse(status), moment(scanned), description=description)
        self._connection.execute(
            "UPDATE image SET scan_status = ?, scanned = ?, description = ?, status = ? WHERE id = ?",
            (*_covered(ImageKind(kind), before, scan, oldest_allowed), row),
        )


def _covered(
    kind: ImageKind, before: LastScan, scan: LastScan | None, oldest_allowed: datetime
) -> tuple[str, int | None, str, str]:
    """Return the status of the last scan, its moment, its description, and what it makes of the image."""
    last = latest(None if before.status is ScanStatus.NOT_SCANNED else before, scan)
    covered = image_status(kind, last, oldest_allowed)
    known = last or before
    # The reason of an earlier failure is none of a scan with a result.
    reason = "" if known.status in SUCCEEDED else known.description
    return known.status.value, seconds(known.scanned_at), reason, covered.value


def _values(image: Image) -> tuple[Any, ...]:
    """Return what DescribeImages says of an image, in the order of _LISTED."""
    pushed, pulled = seconds(image.pushed_at), seconds(image.pulled_at)
    moments = pushed, pulled, max(pushed or 0, pulled or 0)
    media_type = image.artifact_media_type or image.manifest_media_type
    return (texts(image.tags), image.size_bytes, *moments, media_type, kind_of(image).value)


def _names(repository: Repository) -> tuple[str, str, str]:
    return repository.registry_id, repository.region, repository.name
