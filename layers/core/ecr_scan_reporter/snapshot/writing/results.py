"""Write the findings of one image: its set, its numbers, when each was seen first, which are suppressed."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ecr_scan_reporter.domain.suppressions.rules import Match
from ecr_scan_reporter.snapshot.schema import COUNTS, SUPPRESSED_COUNTS
from ecr_scan_reporter.snapshot.writing.documents import NO_EXPLOIT, Found, Member, read_findings
from ecr_scan_reporter.snapshot.writing.findings import FindingsWriter, Numbers, count_members

Pair = tuple[int, Member, str]
"""A finding's row, its facts, and its package."""

_ASSIGN = f"""{", ".join(f"{column} = ?" for column in (*COUNTS, *SUPPRESSED_COUNTS))}, fixable = ?, exploited = ?"""
_UPDATE = f"UPDATE image SET set_id = ?, {_ASSIGN}, epss = ?, found = ?, found_at = ?, pending = 0 WHERE id = ?"
_UPDATE_NUMBERS = f"UPDATE image SET {_ASSIGN} WHERE id = ?"
_OF_IMAGE = """SELECT finding.id, vulnerability.name, finding.rank, finding.fixed_in, finding.fix_available,
    finding.exploit_available, finding.also, package.name FROM image
    JOIN f.set_component ON set_component.set_id = image.set_id
    JOIN f.component_finding ON component_finding.component_id = set_component.component_id
    JOIN f.finding ON finding.id = component_finding.finding_id
    JOIN f.vulnerability ON vulnerability.id = finding.vulnerability_id
    JOIN f.package ON package.id = finding.package_id WHERE image.id = ?"""


class ResultsWriter:
    """Writes the results of images. `suppression_id` numbers suppressions."""

    def __init__(
        self, connection: sqlite3.Connection, findings: FindingsWriter, suppression_id: Callable[[str], int]
    ) -> None:
        self._connection = connection
        self._findings = findings
        self._suppression_id = suppression_id

    def write(
        self,
        image: int,
        document: Mapping[str, Any],
        version: str,
        completed: int | None,
        hidden: Match | None,
        *,
        is_first: bool,
    ) -> None:
        """Write the findings of a stored result over those of before. Raises InvalidInputError, and writes nothing.

        `hidden` is None where no suppression concerns the image. `is_first`: nothing was written of it before.
        """
        written, found = self._findings.write(read_findings(document, (completed or 0) // 86_400))
        pairs = [
            (finding, member, component.package[0])
            for component in (written.components if hidden else ())
            for finding, member in zip(component.finding_ids, component.members, strict=True)
        ]
        suppressed = self._write_suppressed(image, pairs, hidden, is_first=is_first)
        self._write_first_seen(image, found, is_first=is_first)
        epss = max((each.words["epss"] for each in found if each.words.get("epss") is not None), default=None)
        numbers = _numbers(written.numbers, suppressed)
        self._connection.execute(_UPDATE, (written.id, *numbers, epss, version, completed, image))

    def suppress(self, image: int, hidden: Match | None) -> None:
        """Write which findings of an image are suppressed by now."""
        rows = self._connection.execute(_OF_IMAGE, (image,)).fetchall()
        pairs: list[Pair] = [
            (finding, (name, rank, 0.0, fixed_in, fix, NO_EXPLOIT if exploit is None else exploit, also), package)
            for finding, name, rank, fixed_in, fix, exploit, also, package in rows
        ]
        suppressed = self._write_suppressed(image, pairs, hidden, is_first=False)
        numbers = _numbers(count_members(member for _, member, _ in pairs), suppressed)
        self._connection.execute(_UPDATE_NUMBERS, (*numbers, image))

    def _write_suppressed(self, image: int, pairs: Sequence[Pair], hidden: Match | None, *, is_first: bool) -> Numbers:
        if not is_first:
            self._connection.execute("DELETE FROM f.suppressed WHERE image_id = ?", (image,))
        if hidden is None:
            return _NONE
        rows, members = [], []
        for finding, member, package in pairs:
            suppression = hidden(member[0], member[1], packages_of(package, member[6]))
            if suppression:
                rows.append((finding, image, self._suppression_id(suppression)))
                members.append(member)
        self._connection.executemany("INSERT OR REPLACE INTO f.suppressed VALUES(?, ?, ?)", rows)
        return count_members(members)

    def _write_first_seen(self, image: int, found: Sequence[Found], *, is_first: bool) -> None:
        if not found:
            if not is_first:
                self._connection.execute("DELETE FROM f.first_seen WHERE image_id = ?", (image,))
            return
        days = [each.day for each in found]
        usual = Counter(days).most_common(1)[0][0]
        others: dict[int, list[int]] = {}
        for position, day in enumerate(days):
            if day != usual:
                others.setdefault(day, []).append(position)
        text = json.dumps(others, separators=(",", ":")) if others else ""
        self._connection.execute("INSERT OR REPLACE INTO f.first_seen VALUES(?, ?, ?)", (image, usual, text))


_NONE = count_members(())


def _numbers(all_of_them: Numbers, hidden: Numbers) -> tuple[int | None, ...]:
    """Return the values of the columns: without the suppressed findings, the suppressed, with a fix, exploited."""
    reported = (number - less for number, less in zip(all_of_them.ranks, hidden.ranks, strict=True))
    fixable = all_of_them.fixable - hidden.fixable
    return (*reported, *hidden.ranks, fixable, _less(all_of_them.exploited, hidden.exploited))


def _less(all_of_them: int | None, hidden: int | None) -> int | None:
    return None if all_of_them is None else all_of_them - (hidden or 0)


def packages_of(package: str, also: str) -> tuple[str, ...]:
    """Return the packages of a finding: its own, and those that share it."""
    return (package, *(name for name, _ in json.loads(also))) if also else (package,)
