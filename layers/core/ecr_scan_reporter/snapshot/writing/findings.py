"""Write the findings of images: what several images share is written once."""

import json
import marshal
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from operator import itemgetter
from typing import Any

from ecr_scan_reporter.snapshot.schema import COUNTS
from ecr_scan_reporter.snapshot.writing.documents import (
    NO_EPSS,
    NO_EXPLOIT,
    NO_SCORE,
    Found,
    Member,
    Package,
    check_members,
    clean_text,
)

_HASH_BYTES = 12
_ROWS_AT_ONCE = 5_000
MAX_DESCRIPTION = 1_000


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of findings: by rank, and with a fix."""

    ranks: tuple[int, ...]
    fixable: int


Written = tuple[int, Package, Sequence[Found]]
"""A component's row, its package, and its findings in the order of their positions."""


@dataclass(frozen=True, slots=True)
class WrittenSet:
    """The findings of an image: its set (None without findings), its components in order, and their numbers."""

    id: int | None
    components: Sequence[Written]
    numbers: Numbers


Told = tuple[int, float, str, str]
"""What a scan told of a vulnerability: when the scan ended (seconds), its EPSS, its description, its page."""


@dataclass(slots=True)
class _Vulnerability:
    """A row of `vulnerability`: `told` is what the latest scan that found it told, the greatest of scans that tie."""

    id: int
    rank: int
    told: Told


class FindingsWriter:
    """Writes vulnerabilities, packages, findings, components and sets, each once.

    `is_fresh`: the files are new, so that nothing need be looked up in them.
    """

    def __init__(self, connection: sqlite3.Connection, *, is_fresh: bool) -> None:
        self._connection = connection
        self._is_fresh = is_fresh
        self._components: dict[bytes, int] = {}
        self._numbers: dict[int, Numbers] = {}
        self._set_numbers: dict[int, Numbers] = {}
        self._sets: dict[bytes, int] = {}
        self._packages: dict[Package, int] = {}
        self._findings: dict[bytes, int] = {}
        self._vulnerabilities = {
            name: _Vulnerability(row, rank, (told_at, NO_EPSS if epss is None else epss, description, uri))
            for row, name, rank, told_at, epss, description, uri in connection.execute(
                "SELECT id, name, rank, told_at, told_epss, description, uri FROM f.vulnerability"
            )
        }
        self._changed: set[str] = set()
        # The latest scan that told of a component: an earlier one has nothing to say of its vulnerabilities.
        self._told_at: dict[int, int] = {}
        self._ids = {table: self._last_id(table) for table in _INSERTS if table in _WITH_IDS}
        self._last_vulnerability = self._last_id("vulnerability")
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _INSERTS}

    def write(self, groups: Mapping[Package, list[Found]], completed: int) -> WrittenSet:
        """Write the findings of an image, whose scan was `completed` then, in seconds since 1970.

        Raises InvalidInputError, and writes none, where no column takes one.
        """
        known, told_at = self._components, self._told_at
        keyed = [(_component_key(package, found), package, found) for package, found in groups.items()]
        new = [each for each in keyed if each[0] not in known and not self._is_written(each[0])]
        # All of them first: a finding that is refused must leave nothing of its document behind.
        for _, package, found in new:
            check_members(package, (member for member, *_ in found))
        for key, package, found in new:
            known[key] = self._new_component(key, package, found)
        components = [(known[key], package, found) for key, package, found in keyed]
        components.sort(key=_row)
        for row, _, found in components:
            if completed >= told_at.get(row, completed):
                told_at[row] = completed
                self._tell(found, completed)
        self._flush()
        written = self._set([row for row, _, _ in components])
        if written is None:
            return WrittenSet(None, (), NOTHING)
        numbers = self._set_numbers.get(written)
        if numbers is None:
            numbers = sum_numbers([self._numbers_of(row, found) for row, _, found in components])
            self._set_numbers[written] = numbers
        return WrittenSet(written, components, numbers)

    def finding_ids(self, component: int) -> list[int]:
        """Return the rows of a component's findings, in the order of their positions."""
        self._flush(at_least=1)
        statement = "SELECT finding_id FROM f.component_finding WHERE component_id = ? ORDER BY position"
        return [row for (row,) in self._connection.execute(statement, (component,))]

    def close(self) -> None:
        """Write the rows that are still in memory."""
        self._flush(at_least=1)
        changed = [(name, self._vulnerabilities[name]) for name in self._changed]
        self._connection.executemany(
            _WRITE_VULNERABILITY,
            sorted(
                (each.id, name, each.rank, told_at, None if epss == NO_EPSS else epss, description, uri)
                for name, each in changed
                for told_at, epss, description, uri in (each.told,)
            ),
        )
        self._changed.clear()

    def _tell(self, group: Sequence[Found], completed: int) -> None:
        for member, _, epss, words in group:
            known = self._vulnerabilities[member[0]]
            if completed >= known.told[0]:
                description, uri = words.get("description", ""), words.get("uri", "")
                if (completed, epss, description, uri) != known.told:
                    told = (completed, epss, clean_text(description)[:MAX_DESCRIPTION], clean_text(uri))
                    known.told = max(known.told, told)
                    self._changed.add(member[0])

    def _is_written(self, key: bytes) -> bool:
        row = self._look_up("SELECT id FROM f.component WHERE hash = ?", key)
        if row:
            self._components[key] = row[0]
        return bool(row)

    def _new_component(self, key: bytes, package: Package, group: Sequence[Found]) -> int:
        package_id = self._package(package)
        component = self._new("component", package_id, key)
        for position, found in enumerate(group):
            self._rows["component_finding"].append((component, position, self._finding(found, package_id)))
        return component

    def _package(self, package: Package) -> int:
        known = self._packages.get(package)
        if known is None:
            row = self._look_up("SELECT id FROM f.package WHERE name = ? AND version = ?", *package)
            known = self._packages[package] = row[0] if row else self._new("package", *package)
        return known

    def _finding(self, found: Found, package: int) -> int:
        member = found[0]
        vulnerability = self._vulnerability(member)
        key = blake2b(marshal.dumps((vulnerability, package, member[1:]), 2), digest_size=_HASH_BYTES).digest()
        known = self._findings.get(key)
        if known is None:
            _, rank, score, fixed_in, fix_available, exploit, also = member
            values = (
                vulnerability,
                package,
                rank,
                None if score == NO_SCORE else score,
                fixed_in,
                fix_available,
                None if exploit == NO_EXPLOIT else exploit,
                also,
            )
            row = self._look_up(_FINDING, *values)
            known = self._findings[key] = row[0] if row else self._new_finding(values, also)
        return known

    def _new_finding(self, values: tuple[Any, ...], also: str) -> int:
        finding = self._new("finding", *values)
        for name, version in json.loads(also) if also else ():
            self._rows["also"].append((self._package((name, version)), finding))
        return finding

    def _vulnerability(self, member: Member) -> int:
        name, rank = member[0], member[1]
        known = self._vulnerabilities.get(name)
        if known is None:
            self._last_vulnerability += 1
            known = self._vulnerabilities[name] = _Vulnerability(self._last_vulnerability, rank, _NOTHING_TOLD)
            self._changed.add(name)
        elif rank < known.rank:
            known.rank = rank
            self._changed.add(name)
        return known.id

    def _set(self, components: Sequence[int]) -> int | None:
        if not components:
            return None
        key = blake2b(marshal.dumps(list(components), 2), digest_size=_HASH_BYTES).digest()
        known = self._sets.get(key)
        if known is None:
            row = self._look_up("SELECT id FROM f.finding_set WHERE hash = ?", key)
            known = self._sets[key] = row[0] if row else self._new("finding_set", key)
            if row is None:
                self._rows["set_component"].extend((known, component) for component in components)
        return known

    def _numbers_of(self, component: int, found: Sequence[Found]) -> Numbers:
        known = self._numbers.get(component)
        if known is None:
            known = self._numbers[component] = count_members(member for member, *_ in found)
        return known

    def _look_up(self, statement: str, *values: Any) -> Any:
        return None if self._is_fresh else self._connection.execute(statement, values).fetchone()

    def _new(self, table: str, *values: Any) -> int:
        self._ids[table] += 1
        self._rows[table].append((self._ids[table], *values))
        return self._ids[table]

    def _last_id(self, table: str) -> int:
        return int(self._connection.execute(f"SELECT COALESCE(max(id), 0) FROM f.{table}").fetchone()[0])

    def _flush(self, at_least: int | None = None) -> None:
        """Write the rows in memory: many at once into new files, all of them where they are looked up."""
        least = at_least or (_ROWS_AT_ONCE if self._is_fresh else 1)
        for table, rows in self._rows.items():
            if len(rows) >= least:
                self._connection.executemany(_INSERTS[table], rows)
                rows.clear()


_WITH_IDS = frozenset({"package", "finding", "component", "finding_set"})
_INSERTS = {
    "package": "INSERT INTO f.package VALUES(?, ?, ?)",
    "finding": "INSERT INTO f.finding VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 4)",
    "also": "INSERT OR IGNORE INTO f.also VALUES(?, ?)",
    "component": "INSERT INTO f.component VALUES(?, ?, ?)",
    "component_finding": "INSERT INTO f.component_finding VALUES(?, ?, ?)",
    "finding_set": "INSERT INTO f.finding_set VALUES(?, ?)",
    "set_component": "INSERT INTO f.set_component VALUES(?, ?)",
}
# Once for each, at the end: scans tell of it again and again.
_WRITE_VULNERABILITY = """INSERT INTO f.vulnerability(id, name, rank, told_at, told_epss, description, uri)
    VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET rank = excluded.rank, told_at = excluded.told_at,
    told_epss = excluded.told_epss, description = excluded.description, uri = excluded.uri"""
_NOTHING_TOLD: Told = (0, NO_EPSS, "", "")
_FINDING = """SELECT id FROM f.finding WHERE vulnerability_id = ? AND package_id = ? AND rank = ? AND score IS ?
    AND fixed_in = ? AND fix_available = ? AND exploit_available IS ? AND also = ?"""


def _component_key(package: Package, group: Sequence[Found]) -> bytes:
    # Version 2 has no references to strings, so the same values give the same bytes.
    content = marshal.dumps((package, [member for member, *_ in group]), 2)
    return blake2b(content, digest_size=_HASH_BYTES).digest()


def count_members(members: Iterable[Member]) -> Numbers:
    """Count findings of a package."""
    ranks, fixable = [0] * len(COUNTS), 0
    for _, rank, _, fixed_in, fix_available, _, _ in members:
        ranks[rank] += 1
        fixable += is_fixable(fixed_in, fix_available)
    return Numbers(tuple(ranks), fixable)


def is_fixable(fixed_in: str, fix_available: str) -> bool:
    """Return whether an update of all packages removes the finding: the rule of `Finding.is_fixable`."""
    return fix_available == "YES" or (not fix_available and bool(fixed_in))


NOTHING = count_members(())
_row = itemgetter(0)


def sum_numbers(numbers: Sequence[Numbers]) -> Numbers:
    """Add numbers of packages up to those of an image."""
    return Numbers(
        tuple(map(sum, zip(*(each.ranks for each in numbers), strict=True))),
        sum(each.fixable for each in numbers),
    )
