"""Write the findings of one image: its set, its numbers, when each was seen first, which are suppressed."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ecr_scan_reporter.domain.suppressions.rules import Match
from ecr_scan_reporter.snapshot.schema import COUNTS, SUPPRESSED_COUNTS
from ecr_scan_reporter.snapshot.writing.documents import NO_EXPLOIT, Member, read_findings
from ecr_scan_reporter.snapshot.writing.findings import (
    NOTHING,
    FindingsWriter,
    Numbers,
    Written,
    count_members,
    is_fixable,
)

_ASSIGN = f"""{", ".join(f"{column} = ?" for column in (*COUNTS, *SUPPRESSED_COUNTS))}, fixable = ?"""
_UPDATE = f"UPDATE image SET set_id = ?, {_ASSIGN}, found = ?, found_at = ?, pending = 0 WHERE id = ?"
_UPDATE_NUMBERS = f"UPDATE image SET {_ASSIGN} WHERE id = ?"
_OF_IMAGE = """SELECT finding.id, vulnerability.name, finding.rank, finding.fixed_in, finding.fix_available,
    finding.exploit_available, finding.also, package.name FROM image
    JOIN f.set_component ON set_component.set_id = image.set_id
    JOIN f.component_finding ON component_finding.component_id = set_component.component_id
    JOIN f.finding ON finding.id = component_finding.finding_id
    JOIN f.vulnerability ON vulnerability.id = finding.vulnerability_id
    JOIN f.package ON package.id = finding.package_id WHERE image.id = ?"""


Suppressed = tuple[tuple[int, str, Member], ...]
"""Findings of a component that are suppressed: the row of each, what suppresses it, its facts."""

_ROWS_AT_ONCE = 1_000
_MAX_REMEMBERED = 200_000


class ResultsWriter:
    """Writes the results of images. `suppression_id` numbers suppressions, `changed` are the images written to."""

    def __init__(
        self, connection: sqlite3.Connection, findings: FindingsWriter, suppression_id: Callable[[str], int]
    ) -> None:
        self._connection = connection
        self._findings = findings
        self._suppression_id = suppression_id
        # What a match suppresses of a component, which many images share.
        self._hidden: dict[tuple[int, int], Suppressed] = {}
        self.changed: set[int] = set()
        self._updates: list[tuple[Any, ...]] = []
        self._first_seen: list[tuple[int, int, str]] = []
        self._suppressed: list[tuple[int, int, int]] = []

    def write(
        self,
        image: int,
        document: Mapping[str, Any],
        version: str,
        completed: int | None,
        match: Match | None,
        *,
        is_new: bool,
    ) -> None:
        """Write the findings of a stored result over those of before. Raises InvalidInputError, and writes nothing.

        `match` is None where no suppression concerns the image. `is_new`: nothing was written of it before.
        """
        written = self._findings.write(read_findings(document, (completed or 0) // 86_400), completed or 0)
        if not is_new:
            self._forget(image)
        hidden = NOTHING if match is None else self._suppress(image, written.components, match)
        found = [each for _, _, group in written.components for each in group]
        if found:
            self._first_seen.append((image, *_days([day for _, day, *_ in found])))
        numbers = _numbers(written.numbers, hidden)
        self._updates.append((written.id, *numbers, version, completed, image))
        self.changed.add(image)
        if len(self._updates) >= _ROWS_AT_ONCE:
            self.flush()

    def suppress(self, image: int, match: Match | None) -> None:
        """Write which findings of an image are suppressed by now."""
        rows = self._connection.execute(_OF_IMAGE, (image,)).fetchall()
        members: list[tuple[int, str, Member]] = [
            (finding, package, (name, rank, 0.0, fixed_in, fix, NO_EXPLOIT if exploit is None else exploit, also))
            for finding, name, rank, fixed_in, fix, exploit, also, package in rows
        ]
        hidden = _matched(members, match) if match else ()
        self._connection.execute("DELETE FROM f.suppressed WHERE image_id = ?", (image,))
        self._suppressed += [(finding, image, self._suppression_id(name)) for finding, name, _ in hidden]
        numbers = _numbers(
            count_members(member for _, _, member in members), count_members(member for _, _, member in hidden)
        )
        self._connection.execute(_UPDATE_NUMBERS, (*numbers, image))
        self.changed.add(image)

    def flush(self) -> None:
        """Write the rows that are still in memory."""
        for statement, rows in (
            (_UPDATE, self._updates),
            ("INSERT OR REPLACE INTO f.first_seen VALUES(?, ?, ?)", self._first_seen),
            ("INSERT OR REPLACE INTO f.suppressed VALUES(?, ?, ?)", self._suppressed),
        ):
            self._connection.executemany(statement, rows)
            rows.clear()

    def _forget(self, image: int) -> None:
        self.flush()
        self._connection.execute("DELETE FROM f.suppressed WHERE image_id = ?", (image,))
        self._connection.execute("DELETE FROM f.first_seen WHERE image_id = ?", (image,))

    def _suppress(self, image: int, components: Sequence[Written], match: Match) -> Numbers:
        hidden = [each for component in components for each in self._hidden_of(component, match)]
        self._suppressed += [(finding, image, self._suppression_id(name)) for finding, name, _ in hidden]
        return count_members(member for _, _, member in hidden)

    def _hidden_of(self, component: Written, match: Match) -> Suppressed:
        row, package, found = component
        key = (row, id(match))
        known = self._hidden.get(key)
        if known is None:
            if len(self._hidden) >= _MAX_REMEMBERED:
                self._hidden.clear()
            ids: Sequence[int] = range(len(found))
            places = _matched(
                [(place, package[0], member) for place, (member, *_) in zip(ids, found, strict=True)], match
            )
            ids = self._findings.finding_ids(row) if places else ids
            known = self._hidden[key] = tuple((ids[place], name, member) for place, name, member in places)
        return known


def _matched(members: Sequence[tuple[int, str, Member]], match: Match) -> Suppressed:
    """Return those of these findings (row, package, facts) that a suppression matches."""
    matched = []
    for row, package, member in members:
        name, rank, _, fixed_in, fix_available, _, also = member
        found = match(name, rank, packages_of(package, also), is_fixable(fixed_in, fix_available))
        if found:
            matched.append((row, found, member))
    return tuple(matched)


def _days(days: Sequence[int]) -> tuple[int, str]:
    """Return the day on which most findings were seen first, and the positions of the others by their days, as JSON."""
    if days.count(days[0]) == len(days):
        return days[0], ""
    usual = Counter(days).most_common(1)[0][0]
    others: dict[int, list[int]] = {}
    for position, day in enumerate(days):
        if day != usual:
            others.setdefault(day, []).append(position)
    return usual, json.dumps(others, separators=(",", ":"))


def _numbers(all_of_them: Numbers, hidden: Numbers) -> tuple[int, ...]:
    """Return the values of the columns: without the suppressed findings, the suppressed, with a fix."""
    reported = (number - less for number, less in zip(all_of_them.ranks, hidden.ranks, strict=True))
    return (*reported, *hidden.ranks, all_of_them.fixable - hidden.fixable)


def packages_of(package: str, also: str) -> tuple[str, ...]:
    """Return the packages of a finding: its own, and those that share it."""
    return (package, *(name for name, _ in json.loads(also))) if also else (package,)
