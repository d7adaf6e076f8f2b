"""Build a snapshot: anew, or from the one before."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.findings.members import Members
from ecr_scan_reporter.domain.findings.stored_document import StoredDocument
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.ledger.entries import ImageState, RecordedChange
from ecr_scan_reporter.domain.registry.descriptions import RepositoryDescription
from ecr_scan_reporter.domain.registry.images import Image, ImageId, Repository, ScannedImage
from ecr_scan_reporter.domain.registry.tag_options import RepositoryOptions
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.files import SnapshotFiles, add_indexes, add_listing_indexes, compact, open_for_writing
from ecr_scan_reporter.snapshot.meta import write_meta
from ecr_scan_reporter.snapshot.rows import digest_text, moment, seconds
from ecr_scan_reporter.snapshot.schema import IS_PENDING, MAY_HAVE_RESULT
from ecr_scan_reporter.snapshot.writing.dimensions import Names
from ecr_scan_reporter.snapshot.writing.findings import FindingsWriter
from ecr_scan_reporter.snapshot.writing.history import HistoryWriter
from ecr_scan_reporter.snapshot.writing.images import ImagesWriter
from ecr_scan_reporter.snapshot.writing.importance import ImportanceRules, write_importance
from ecr_scan_reporter.snapshot.writing.occurrences import Occurrences
from ecr_scan_reporter.snapshot.writing.removal import remove_unused, remove_unused_packages
from ecr_scan_reporter.snapshot.writing.results import ResultsWriter
from ecr_scan_reporter.snapshot.writing.suppressions import Suppressions, SuppressionsWriter
from ecr_scan_reporter.snapshot.writing.totals import write_totals, write_unique_totals

_IMAGE = """SELECT image.digest, repository.registry_id, repository.region, repository.name FROM image
    JOIN repository ON repository.id = image.repository_id WHERE """


_RULES = "rules"
_TO_ASK = f"{MAY_HAVE_RESULT} AND COALESCE(image.asked, 0) < ?"


class SnapshotBuilder:
    """Writes the files of one snapshot. Call `end_listing` after the listing, `close` at the end.

    `is_fresh`: images and findings are written anew, else over those in the files; `has_history`: the history is there.
    """

    def __init__(
        self,
        files: SnapshotFiles,
        suppressions: Suppressions,
        *,
        is_fresh: bool,
        has_history: bool,
        max_age: Duration,
        now: datetime,
    ) -> None:
        keep = {"history"} if has_history else set[str]()
        self._connection = open_for_writing(files, keep=keep if is_fresh else keep | {"images", "findings"})
        self._files, self._is_fresh, self._max_age, self._now = files, is_fresh, max_age, now
        self._suppressions = suppressions
        connection = self._connection
        self._occurrences = Occurrences(connection)
        owners = Names(connection, "owner", "INSERT INTO owner(id, name) VALUES(?, ?)")
        self._images = ImagesWriter(connection, owners, self._occurrences)
        self._findings = FindingsWriter(connection, is_fresh=is_fresh)
        self._hidden = SuppressionsWriter(connection)
        self._results = ResultsWriter(connection, self._findings, self._hidden.id)
        self._history = HistoryWriter(connection)
        self._ages: dict[Repository, datetime] = {}

    # --- the listing

    def known_repositories(self) -> frozenset[Repository]:
        """Return the repositories of the snapshot so far."""
        return self._images.repositories

    def new_repositories(self) -> frozenset[Repository]:
        """Return the repositories that are in the snapshot for the first time."""
        return self._images.new_repositories

    def needs_tags(self, repository: Repository, before: datetime) -> bool:
        """Return whether the tags of a repository were not read since a moment."""
        row = self._connection.execute(
            "SELECT tags_read_at FROM repository WHERE id = ?", (self._images.repository_id(repository),)
        ).fetchone()
        return row is None or row[0] < before.timestamp()

    def write_repository(
        self, description: RepositoryDescription, images: Iterable[Image], options: RepositoryOptions | None
    ) -> None:
        """Write a repository with all its images; `options` are what its tags say, None for what they said before."""
        repository = description.repository
        row = self._images.write_repository(description, self._now)
        if options:
            max_age = str(options.max_age or "")
            self._images.write_tags(row, options.owner, max_age, self._now, is_excluded=options.is_excluded)
        self._ages.pop(repository, None)
        self._images.write_images(row, images, self._oldest_allowed(repository))

    def write_error(self, repository: Repository, error: str) -> None:
        """Write that a repository could not be listed: it stays as it was."""
        row = self._images.repository_id(repository)
        if row is not None:
            self._images.write_error(row, error)

    def remove_repository(self, repository: Repository) -> None:
        """Remove a repository that is gone."""
        self._images.remove_repository(repository)

    def write_running(self, places: Mapping[ImageId, Iterable[str]] | None) -> None:
        """Write where images run: images that are not named here are not in use. With None, nothing is known of it."""
        self._connection.execute("DELETE FROM running")
        in_use = None if places is None else 0
        self._connection.execute("UPDATE image SET in_use = ?1 WHERE in_use IS NOT ?1", (in_use,))
        for image, names in (places or {}).items():
            row = self._images.row(image)
            if row is not None:
                self._connection.execute("UPDATE image SET in_use = 1 WHERE id = ?", (row,))
                self._connection.executemany(
                    "INSERT OR IGNORE INTO running VALUES(?, ?)", [(row, name) for name in names]
                )

    def end_listing(self) -> None:
        """Make images quick to find. Call it once, after the repositories."""
        if self._is_fresh:
            add_listing_indexes(self._connection)

    # --- the ledger

    def write_state(self, state: ImageState) -> None:
        """Write what the ledger knows of an image."""
        self._images.write_state(state, self._oldest_allowed(state.repository))

    def write_change(self, change: RecordedChange) -> None:
        """Write what a scan changed."""
        row = self._connection.execute(
            "SELECT owner.name FROM owner JOIN repository ON repository.owner_id = owner.id WHERE repository.id = ?",
            (self._images.repository_id(change.repository),),
        ).fetchone()
        self._history.write_change(change, row[0] if row else "")

    # --- the findings

    def expect_result(self, image: ImageId, version: str | None = None) -> None:
        """Note that the stored result of an image must be read, unless it was read in this version."""
        self._connection.execute(
            "UPDATE image SET pending = 1 WHERE id = ? AND (?2 IS NULL OR found != ?2)",
            (self._images.row(image), version),
        )

    def expect_results_of(self, repositories: Iterable[Repository]) -> None:
        """Note that stored results of all images of these repositories must be looked for."""
        for repository in repositories:
            self._connection.execute(
                "UPDATE image SET pending = 1 WHERE repository_id = ? AND kind = 'image'",
                (self._images.repository_id(repository),),
            )

    def pending(self) -> list[ImageId]:
        """Return the images whose stored result must be read."""
        self._results.flush()
        return list(self._image_ids("pending"))

    def write_result(self, image: ImageId, document: StoredDocument) -> None:
        """Write the stored result of an image. Raises InvalidInputError that names what is wrong with it."""
        row = self._images.row(image)
        if row is None:
            return
        tags, before, found = self._connection.execute(
            "SELECT tags, set_id, found FROM image WHERE id = ?", (row,)
        ).fetchone()
        if found == document.version:
            self.no_longer_expect(image)
            return
        completed_at = Members(document.content.get("scan"), "scan of the stored result").moment("completedAt")
        hidden = self._suppressions.match(image.repository.name, json.loads(tags))
        self._remember(row)
        self._results.write(row, document.content, document.version, seconds(completed_at), hidden, is_new=not found)
        if before is not None:
            self._images.gone_sets.add(before)

    def no_longer_expect(self, image: ImageId) -> None:
        """Note that the stored result of an image need not be read: what was read before stays."""
        self._connection.execute("UPDATE image SET pending = 0 WHERE id = ?", (self._images.row(image),))

    def without_result(self, most: int, asked_before: datetime) -> list[tuple[ScannedImage, str]]:
        """Return images of which no result is stored though there may be one, at most so many, and their owners.

        Those that ECR was asked about least recently come first, and none that it answered about since `asked_before`.
        """
        self._results.flush()
        rows = self._connection.execute(
            f"""SELECT image.digest, repository.registry_id, repository.region, repository.name,
            image.tags, image.pushed, owner.name FROM image JOIN repository ON repository.id = image.repository_id
            JOIN owner ON owner.id = repository.owner_id
            WHERE {_TO_ASK} ORDER BY COALESCE(tried, 0), image.id LIMIT ?""",
            (seconds(asked_before), most),
        )
        return [
            (
                ScannedImage(ImageId(Repository(*names), digest_text(digest)), tuple(json.loads(tags)), moment(pushed)),
                owner,
            )
            for digest, *names, tags, pushed, owner in rows
        ]

    def number_without_result(self, asked_before: datetime) -> int:
        """Return the number of images of which no result is stored though there may be one."""
        self._results.flush()
        statement = f"SELECT count(*) FROM image WHERE {_TO_ASK}"
        return int(self._connection.execute(statement, (seconds(asked_before),)).fetchone()[0])

    def note_asked(self, image: ImageId) -> None:
        """Note that ECR answered about an image."""
        self._connection.execute(
            "UPDATE image SET asked = ?1, tried = ?1 WHERE id = ?2", (seconds(self._now), self._images.row(image))
        )

    def note_tried(self, image: ImageId) -> None:
        """Note that ECR was asked about an image in vain: others come first next time."""
        self._connection.execute(
            "UPDATE image SET tried = ? WHERE id = ?", (seconds(self._now), self._images.row(image))
        )

    def counts(self) -> tuple[int, int, int]:
        """Return the numbers of repositories, of images, and of images whose findings are still to be read."""
        self._results.flush()
        (repositories,) = self._connection.execute("SELECT count(*) FROM repository").fetchone()
        images, pending = self._connection.execute(
            f"SELECT count(*), COALESCE(sum({IS_PENDING}), 0) FROM image"
        ).fetchone()
        return repositories, images, pending

    # --- the end

    def vulnerability_names(self) -> frozenset[str]:
        """Return the names of all vulnerabilities so far."""
        self._results.flush()
        self._findings.close()
        return frozenset(name for (name,) in self._connection.execute("SELECT name FROM f.vulnerability"))

    def close(
        self, info: SnapshotInfo, facts: Mapping[str, str], rules: ImportanceRules, *, compacts: bool = False
    ) -> None:
        """Add everything up and close the files. `compacts` also gives back the room of what is gone.

        `facts` are what the next build wants to know, `rules` what makes a finding important.
        """
        self._results.flush()
        self._findings.close()
        if self._is_fresh:
            add_indexes(self._connection)
        self._suppress()
        self._results.flush()
        self._age()
        counted = self._occurrences.count_all() if self._is_fresh else self._occurrences.correct()
        remove_unused(self._connection, self._images.gone_sets)
        self._weigh(rules)
        write_unique_totals(self._connection, counted, self._images.touched_owners)
        write_totals(self._connection)
        self._history.write_day(self._now)
        if compacts:
            remove_unused_packages(self._connection)
        write_meta(self._connection, info, {**facts, _RULES: rules.fingerprint})
        self._connection.execute("COMMIT")
        if compacts:
            compact(self._connection, self._files)
        self._connection.close()

    def _suppress(self) -> None:
        # New files are written with the suppressions as they are.
        affected = set[int]() if self._is_fresh else self._hidden.affected_images(self._suppressions)
        self._hidden.write(self._suppressions)
        for image in sorted(affected | self._images.retagged):
            row = self._connection.execute(
                """SELECT image.tags, repository.name FROM image
                JOIN repository ON repository.id = image.repository_id WHERE image.id = ? AND set_id IS NOT NULL""",
                (image,),
            ).fetchone()
            if row:
                self._remember(image)
                self._results.suppress(image, self._suppressions.match(row[1], json.loads(row[0])))

    def _weigh(self, rules: ImportanceRules) -> None:
        """Write what is important: of all images where that has changed for all of them."""
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (_RULES,)).fetchone()
        is_all = self._is_fresh or row is None or row[0] != rules.fingerprint
        write_importance(self._connection, rules, self._results.changed, is_all=is_all, now=self._now)

    def _age(self) -> None:
        """Let scans expire as time passes, and come back where the age has been changed."""
        for row, name in self._connection.execute("SELECT id, max_age FROM repository").fetchall():
            oldest = seconds(_duration(name, self._max_age).before(self._now))
            self._connection.execute(
                """UPDATE image SET status = iif(scanned >= ?1, 'current', 'stale')
                WHERE repository_id = ?2 AND scan_status = 'COMPLETE' AND scanned IS NOT NULL
                AND status = iif(scanned >= ?1, 'stale', 'current')""",
                (oldest, row),
            )

    def _oldest_allowed(self, repository: Repository) -> datetime:
        known = self._ages.get(repository)
        if known is None:
            row = self._connection.execute(
                "SELECT max_age FROM repository WHERE id = ?", (self._images.repository_id(repository),)
            ).fetchone()
            known = self._ages[repository] = _duration(row[0] if row else "", self._max_age).before(self._now)
        return known

    def _remember(self, image: int) -> None:
        """Remember what an image has before it changes; all images of new files are counted at the end."""
        if not self._is_fresh:
            self._occurrences.remember(image)

    def _image_ids(self, condition: str, *values: Any) -> Iterator[ImageId]:
        for digest, *names in self._connection.execute(_IMAGE + condition, values):
            yield ImageId(Repository(*names), digest_text(digest))


def _duration(text: str, default: Duration) -> Duration:
    try:
        return parse_duration(text) if text else default
    except InvalidInputError:
        return default
