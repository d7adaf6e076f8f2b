"""Conditions of SQL: which images, which findings."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from sqlite3 import Connection
from typing import Any

from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageFilter, SuppressedFindings
from ecr_scan_reporter.domain.suppressions.rules import GLOB_CHARACTERS, glob_test
from ecr_scan_reporter.snapshot.schema import COUNTS, SUPPRESSED_COUNTS

_HEX = frozenset("0123456789abcdef")
_BYTES = 32


@dataclass
class Conditions:
    """Conditions that hold together, and their values."""

    parts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, part: str, *values: Any) -> None:
        """Add a condition."""
        self.parts.append(part)
        self.values.extend(values)

    @property
    def where(self) -> str:
        """The conditions of a WHERE."""
        return " AND ".join(self.parts) or "1"


def count_columns(suppressed: SuppressedFindings) -> tuple[str, ...]:
    """Return what counts findings of each severity."""
    match suppressed:
        case SuppressedFindings.EXCLUDED:
            return COUNTS
        case SuppressedFindings.ONLY:
            return SUPPRESSED_COUNTS
    return tuple(f"{count} + {hidden}" for count, hidden in zip(COUNTS, SUPPRESSED_COUNTS, strict=True))


def image_conditions(connection: Connection, wanted: ImageFilter, table: str = "image") -> Conditions:
    """Return the conditions on the rows of `image`; for whole repositories, of any table with their ids."""
    conditions = Conditions()
    if wanted.repository is not None or wanted.owner is not None:
        conditions.add(f"{table}.repository_id IN (SELECT value FROM json_each(?))", _repositories(connection, wanted))
    if wanted.tag is not None:
        _add_tag(conditions, connection, wanted.tag)
    if wanted.digest is not None:
        _add_digest(conditions, wanted.digest)
    if wanted.severity is not None:
        columns = count_columns(wanted.suppressed)[: wanted.severity.rank + 1]
        conditions.add(" + ".join(columns) + " > 0")
    elif wanted.suppressed is SuppressedFindings.ONLY:
        conditions.add(" + ".join(SUPPRESSED_COUNTS) + " > 0")
    if wanted.statuses is not None:
        conditions.add(
            "image.status IN (SELECT value FROM json_each(?))",
            json.dumps(sorted(status.value for status in wanted.statuses)),
        )
    _add_moments(conditions, wanted)
    _add_facts(conditions, wanted)
    return conditions


def _repositories(connection: Connection, wanted: ImageFilter) -> str:
    rows = connection.execute(
        "SELECT repository.id, repository.name, owner.name FROM repository JOIN owner ON owner.id = repository.owner_id"
    )
    test = glob_test(wanted.repository) if wanted.repository is not None else None
    return json.dumps(
        [
            row
            for row, name, owner in rows
            if (test is None or test(name)) and (wanted.owner is None or owner == wanted.owner)
        ]
    )


def _add_tag(conditions: Conditions, connection: Connection, glob: str) -> None:
    if GLOB_CHARACTERS.isdisjoint(glob):
        conditions.add("image.id IN (SELECT image_id FROM image_tag WHERE tag = ?)", glob)
    elif "[" not in glob:  # SQLite writes [!a] as [^a]
        conditions.add("image.id IN (SELECT image_id FROM image_tag WHERE tag GLOB ?)", glob)
    else:
        test = glob_test(glob)
        tags = [tag for (tag,) in connection.execute("SELECT DISTINCT tag FROM image_tag") if test(tag)]
        conditions.add(
            "image.id IN (SELECT image_id FROM image_tag WHERE tag IN (SELECT value FROM json_each(?)))",
            json.dumps(tags),
        )


def _add_digest(conditions: Conditions, text: str) -> None:
    start = text.removeprefix("sha256:").lower()
    if not _HEX.issuperset(start) or len(start) > 2 * _BYTES:
        conditions.add("0")
        return
    first, last = (bytes.fromhex(start.ljust(2 * _BYTES, digit)) for digit in "0f")
    conditions.add("image.digest BETWEEN ? AND ?", first, last)


def _add_moments(conditions: Conditions, wanted: ImageFilter) -> None:
    def add(condition: str, at: datetime | None) -> None:
        if at is not None:
            conditions.add(condition, at.timestamp())

    add("image.pushed < ?", wanted.pushed_before)
    add("image.pushed > ?", wanted.pushed_after)
    add("image.scanned < ?", wanted.scanned_before)
    if wanted.unused_since is not None:
        add("image.used < ?", wanted.unused_since)
        conditions.add("image.in_use IS NOT 1")


def _add_facts(conditions: Conditions, wanted: ImageFilter) -> None:
    if wanted.is_in_use is not None:
        conditions.add("image.in_use = ?", int(wanted.is_in_use))
    if wanted.is_exploited is not None:
        conditions.add("image.exploited > 0" if wanted.is_exploited else "image.exploited = 0")
    if wanted.is_fixable is not None:
        conditions.add("image.fixable > 0" if wanted.is_fixable else "image.fixable = 0")
    if wanted.is_overdue is not None:
        conditions.add("image.overdue" if wanted.is_overdue else "NOT image.overdue")


def finding_conditions(connection: Connection, wanted: FindingFilter) -> Conditions:
    """Return the conditions on the rows of `finding` and `vulnerability`."""
    conditions = Conditions()
    if wanted.vulnerability is not None:
        names = _matching(connection, "f.vulnerability", wanted.vulnerability.upper(), in_any_case=True)
        conditions.add("finding.vulnerability_id IN (SELECT value FROM json_each(?))", json.dumps(names))
    if wanted.package is not None:
        packages = json.dumps(_matching(connection, "f.package", wanted.package))
        conditions.add(
            """finding.id IN (SELECT id FROM f.finding WHERE package_id IN (SELECT value FROM json_each(?))
                UNION SELECT finding_id FROM f.also WHERE package_id IN (SELECT value FROM json_each(?)))""",
            packages,
            packages,
        )
    if wanted.severity is not None:
        conditions.add("finding.rank <= ?", wanted.severity.rank)
    if wanted.is_fixable is not None:
        fixable = "(finding.fix_available = 'YES' OR (finding.fix_available = '' AND finding.fixed_in != ''))"
        conditions.add(fixable if wanted.is_fixable else f"NOT {fixable}")
    if wanted.is_exploited is not None:
        exploited = "(SELECT exploited FROM f.vulnerability WHERE id = finding.vulnerability_id)"
        conditions.add(f"{exploited} = ?", int(wanted.is_exploited))
    return conditions


def _matching(connection: Connection, table: str, glob: str, *, in_any_case: bool = False) -> list[int]:
    """Return the rows of a table whose name a glob matches. A glob in any case is in capitals."""
    if GLOB_CHARACTERS.isdisjoint(glob):
        rows = connection.execute(f"SELECT id FROM {table} WHERE name = ?", (glob,)).fetchall()
        if not rows and in_any_case:  # The index has the names as they are written.
            rows = connection.execute(f"SELECT id FROM {table} WHERE name = ? COLLATE NOCASE", (glob,)).fetchall()
        return [row for (row,) in rows]
    test = glob_test(glob)
    names = connection.execute(f"SELECT id, name FROM {table}")
    return [row for row, name in names if test(name.upper() if in_any_case else name)]
