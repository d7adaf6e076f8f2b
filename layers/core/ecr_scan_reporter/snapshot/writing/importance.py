"""Write what is important: what is known of exploits, the level of each finding, and the numbers of each image.

It runs at the end of a build. It looks at the images that have changed, at those that have a deadline which has passed
since, and at those of whose vulnerabilities something else is known than before; at all where the rules have changed.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN, Exploits
from ecr_scan_reporter.domain.findings.importance import DEFAULT_EPSS_THRESHOLD, Importance
from ecr_scan_reporter.domain.findings.remediation import DEFAULT_DEADLINES, RemediationDays
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.snapshot.rows import days

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class ImportanceRules:
    """What is known of exploits, from which EPSS a finding is likely to be exploited (None: off), and the deadlines."""

    exploits: Exploits = NOTHING_KNOWN
    epss_threshold: float | None = DEFAULT_EPSS_THRESHOLD
    remediation_days: RemediationDays = DEFAULT_DEADLINES

    def of(self, info: SnapshotInfo) -> SnapshotInfo:
        """Return what a snapshot says of itself, with what it was weighed by."""
        return replace(info, kev=self.exploits.kev, epss=self.exploits.epss, remediation_days=self.remediation_days)

    @property
    def fingerprint(self) -> str:
        """A text that changes when all images must be looked at, whatever is known of their vulnerabilities."""
        return json.dumps([self.exploits.kev is not None, self.epss_threshold, str(self.remediation_days)])


_COLUMNS = ("exploited", "ransomware", "kev_added", "kev_due", "epss", "likely")
_KNOWN = f"SELECT id, name, told_epss, {', '.join(_COLUMNS)} FROM f.vulnerability"
_WRITE = f"UPDATE f.vulnerability SET ({', '.join(_COLUMNS)}) = ({', '.join('?' * len(_COLUMNS))}) WHERE id = ?"
_LEVEL = f"""CASE WHEN vulnerability.ransomware THEN {Importance.RANSOMWARE:d}
    WHEN vulnerability.exploited THEN {Importance.EXPLOITED:d}
    WHEN finding.exploit_available THEN {Importance.EXPLOIT_AVAILABLE:d}
    WHEN vulnerability.likely THEN {Importance.LIKELY:d} ELSE {Importance.BY_SEVERITY:d} END"""
_WRITE_LEVELS = f"""UPDATE f.finding SET level = found.level FROM (
        SELECT finding.id, {_LEVEL} AS level FROM f.finding
        JOIN f.vulnerability ON vulnerability.id = finding.vulnerability_id) AS found
    WHERE found.id = finding.id AND finding.level != found.level"""
_IS_FIXABLE = "(finding.fix_available = 'YES' OR (finding.fix_available = '' AND finding.fixed_in != ''))"
_WRITE_WORST = f"""UPDATE f.vulnerability SET (level, fixable) = (found.level, found.fixable) FROM (
        SELECT vulnerability_id, min(level) AS level, max({_IS_FIXABLE}) AS fixable FROM f.finding
        GROUP BY vulnerability_id) AS found
    WHERE found.vulnerability_id = vulnerability.id
    AND (vulnerability.level, vulnerability.fixable) != (found.level, found.fixable)"""
_OF_SET = """JOIN f.component_finding ON component_finding.component_id = set_component.component_id
    JOIN f.finding ON finding.id = component_finding.finding_id
    JOIN f.vulnerability ON vulnerability.id = finding.vulnerability_id"""
_FORGET_USE = "UPDATE f.vulnerability SET in_use = ?1 WHERE in_use IS NOT ?1"
_WRITE_USE = f"""UPDATE f.vulnerability SET in_use = found.images FROM (
        SELECT finding.vulnerability_id, count(DISTINCT image.id) AS images FROM image
        JOIN f.set_component ON set_component.set_id = image.set_id {_OF_SET}
        WHERE image.in_use = 1 AND NOT EXISTS (
            SELECT 1 FROM f.suppressed WHERE finding_id = finding.id AND image_id = image.id) GROUP BY 1) AS found
    WHERE found.vulnerability_id = vulnerability.id"""
_NUMBERS = """sum(vulnerability.exploited) AS exploited, COALESCE(sum(vulnerability.ransomware), 0) AS ransomware,
    COALESCE(sum(finding.exploit_available), 0) AS with_exploit, sum(vulnerability.likely) AS likely,
    max(vulnerability.epss) AS epss"""
_NUMBER_COLUMNS = "exploited, ransomware, with_exploit, likely, epss"
_FOUND = ", ".join(f"found.{column}" for column in _NUMBER_COLUMNS.split(", "))
_MAKE_NUMBERS = f"CREATE TEMP TABLE {{}}(id INTEGER PRIMARY KEY, {_NUMBER_COLUMNS})"
# In tables with keys: SQLite would look through a subquery once for each image.
_ADD_UP_SETS = f"""INSERT INTO of_set SELECT wanted.set_id, {_NUMBERS}
    FROM (SELECT DISTINCT set_id FROM todo JOIN image ON image.id = todo.id WHERE set_id IS NOT NULL) AS wanted
    CROSS JOIN f.set_component ON set_component.set_id = wanted.set_id {_OF_SET} GROUP BY wanted.set_id"""
_ADD_UP_HIDDEN = f"""INSERT INTO hidden SELECT suppressed.image_id, {_NUMBERS} FROM todo
    CROSS JOIN f.suppressed ON suppressed.image_id = todo.id
    JOIN f.finding ON finding.id = suppressed.finding_id
    JOIN f.vulnerability ON vulnerability.id = finding.vulnerability_id GROUP BY suppressed.image_id"""
_WRITE_NUMBERS = f"""UPDATE image SET ({_NUMBER_COLUMNS}) = ({_FOUND}) FROM of_set AS found
    WHERE found.id = image.set_id AND image.id IN todo"""
_SUBTRACT_HIDDEN = """UPDATE image SET exploited = image.exploited - COALESCE(hidden.exploited, 0),
    ransomware = image.ransomware - hidden.ransomware, with_exploit = image.with_exploit - hidden.with_exploit,
    likely = image.likely - hidden.likely FROM hidden WHERE hidden.id = image.id"""
# The highest EPSS is another one where the highest is suppressed.
_LOWER_EPSS = f"""UPDATE image SET epss = (SELECT max(vulnerability.epss) FROM f.set_component {_OF_SET}
        WHERE set_component.set_id = image.set_id AND NOT EXISTS (
            SELECT 1 FROM f.suppressed WHERE finding_id = finding.id AND image_id = image.id))
    FROM hidden WHERE hidden.id = image.id AND hidden.epss >= image.epss"""
_OF_VULNERABILITIES = """INSERT OR IGNORE INTO todo SELECT image.id FROM image WHERE image.set_id IN (
    SELECT set_component.set_id FROM f.finding
    JOIN f.component_finding ON component_finding.finding_id = finding.id
    JOIN f.set_component ON set_component.component_id = component_finding.component_id
    WHERE finding.vulnerability_id IN (SELECT value FROM json_each(?)))"""
# A score moves a little each day. Less than people see is left to the next scan of an image.
_LEAST_STEP = 0.01
_WRITE_NOTHING = """UPDATE image SET exploited = iif(?1 AND found != '', 0, NULL), ransomware = 0, with_exploit = 0,
    likely = 0, epss = NULL, overdue = 0, overdue_since = NULL, next_due = NULL WHERE set_id IS NULL AND id IN todo"""
_TODO = """SELECT image.set_id, image.id, first_seen.day, first_seen.others FROM todo
    JOIN image ON image.id = todo.id LEFT JOIN f.first_seen ON first_seen.image_id = image.id
    WHERE image.set_id IS NOT NULL ORDER BY image.set_id"""
_SET = f"""SELECT finding.id, finding.rank, vulnerability.kev_added FROM f.set_component {_OF_SET}
    WHERE set_component.set_id = ? ORDER BY set_component.component_id, component_finding.position"""
_WRITE_DEADLINES = "UPDATE image SET overdue = ?, overdue_since = ?, next_due = ? WHERE id = ?"

_Facts = tuple[int | float | None, ...]
"""What is known of a vulnerability: the values of _COLUMNS."""

_Deadlines = list[tuple[int, int, int | None, int | None]]
"""Of the findings of a set that have a deadline: position, row, days after it was seen, and day since KEV counts."""


def write_importance(
    connection: sqlite3.Connection, rules: ImportanceRules, changed: Iterable[int], *, is_all: bool, now: datetime
) -> None:
    """Write it for the `changed` images (rows), those of whose vulnerabilities something else is known, or all."""
    today = int(now.timestamp()) // _DAY
    has_kev = rules.exploits.kev is not None
    vulnerabilities = _write_exploits(connection, rules)
    for statement in (_WRITE_LEVELS, _WRITE_WORST):
        connection.execute(statement)
    _write_use(connection)
    connection.execute("CREATE TEMP TABLE todo(id INTEGER PRIMARY KEY)")
    if is_all:
        connection.execute("INSERT INTO todo SELECT id FROM image")
    else:
        connection.executemany("INSERT OR IGNORE INTO todo VALUES(?)", ((image,) for image in changed))
        connection.execute("INSERT OR IGNORE INTO todo SELECT id FROM image WHERE next_due < ?", (today,))
        connection.execute(_OF_VULNERABILITIES, (json.dumps(vulnerabilities),))
    _write_numbers(connection, has_kev=has_kev)
    connection.executemany(_WRITE_DEADLINES, list(_deadlines(connection, rules.remediation_days, today)))
    connection.execute("DROP TABLE todo")


def _write_numbers(connection: sqlite3.Connection, *, has_kev: bool) -> None:
    for table, add_up in (("of_set", _ADD_UP_SETS), ("hidden", _ADD_UP_HIDDEN)):
        connection.execute(_MAKE_NUMBERS.format(table))
        connection.execute(add_up)
    connection.execute(_WRITE_NOTHING, (has_kev,))
    for statement in (_WRITE_NUMBERS, _LOWER_EPSS, _SUBTRACT_HIDDEN, "DROP TABLE of_set", "DROP TABLE hidden"):
        connection.execute(statement)


def _write_exploits(connection: sqlite3.Connection, rules: ImportanceRules) -> list[int]:
    """Write what is known of each vulnerability; return the rows of those for which that makes a difference."""
    changed, weighty = [], []
    for row, name, told, *before in connection.execute(_KNOWN):
        after = _facts(name, told, rules)
        if after != tuple(before):
            changed.append((*after, row))
            if _makes_a_difference(tuple(before), after):
                weighty.append(row)
    connection.executemany(_WRITE, changed)
    return weighty


def _makes_a_difference(before: _Facts, after: _Facts) -> bool:
    (*facts, epss, likely), (*facts_now, epss_now, likely_now) = before, after
    if facts != facts_now or likely != likely_now or epss is None or epss_now is None:
        return True
    return abs(epss - epss_now) >= _LEAST_STEP


def _facts(name: str, told: float | None, rules: ImportanceRules) -> _Facts:
    """Return the values of _COLUMNS."""
    exploits, threshold = rules.exploits, rules.epss_threshold
    exploit, score = exploits.exploit_of(name), exploits.score_of(name)
    epss = told if score is None else score
    likely = int(epss is not None and threshold is not None and epss >= threshold)
    if exploit is None:
        return (None if exploits.kev is None else 0, None, None, None, epss, likely)
    return (1, int(exploit.has_ransomware), days(exploit.added), days(exploit.due), epss, likely)


def _write_use(connection: sqlite3.Connection) -> None:
    (is_known,) = connection.execute("SELECT EXISTS (SELECT 1 FROM image WHERE in_use IS NOT NULL)").fetchone()
    connection.execute(_FORGET_USE, (0 if is_known else None,))
    if is_known:
        connection.execute(_WRITE_USE)


def _deadlines(
    connection: sqlite3.Connection, rules: RemediationDays, today: int
) -> Iterator[tuple[int, int | None, int | None, int]]:
    """Yield for each image the number of findings that are overdue, since when, when the next one is, and its row.

    The rule is that of `domain.findings.remediation`.
    """
    by_rank = {severity.rank: number for severity, number in rules.severities.items()}
    hidden: dict[int, set[int]] = {}
    for image, finding in connection.execute("SELECT image_id, finding_id FROM f.suppressed WHERE image_id IN todo"):
        hidden.setdefault(image, set()).add(finding)
    for set_id, images in groupby(connection.execute(_TODO).fetchall(), itemgetter(0)):
        of_set = _of_set(connection, set_id, rules, by_rank)
        for _, image, usual, others in images:
            due = _due_days(of_set, usual or 0, others or "", hidden.get(image, set()), rules.exploited)
            overdue = [day for day in due if day < today]
            left = min((day for day in due if day >= today), default=None)
            yield len(overdue), min(overdue, default=None), left, image


def _of_set(connection: sqlite3.Connection, set_id: int, rules: RemediationDays, by_rank: dict[int, int]) -> _Deadlines:
    rows = enumerate(connection.execute(_SET, (set_id,)).fetchall())
    found = [
        (position, finding, by_rank.get(rank), None if rules.exploited is None else added)
        for position, (finding, rank, added) in rows
    ]
    return [each for each in found if each[2] is not None or each[3] is not None]


def _due_days(of_set: _Deadlines, usual: int, others: str, hidden: set[int], exploited: int | None) -> list[int]:
    if not of_set:
        return []
    listed = json.loads(others).items() if others else ()
    seen_on = {position: int(day) for day, positions in listed for position in positions}
    due = []
    for position, finding, after, added in of_set:
        seen = seen_on.get(position, usual)
        if not seen or finding in hidden:
            continue
        ends = [] if after is None else [seen + after]
        if added is not None and exploited is not None:
            ends.append(max(seen, added) + exploited)
        due.append(min(ends))
    return due
