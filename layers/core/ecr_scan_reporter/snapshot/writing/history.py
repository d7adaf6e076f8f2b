"""Write the history: the totals of each day where they changed, and what scans changed."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from ecr_scan_reporter.domain.ledger.entries import RecordedChange
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts
from ecr_scan_reporter.snapshot.rows import seconds, texts
from ecr_scan_reporter.snapshot.schema import COUNTS, FIXED_COUNTS, NEW_COUNTS, SUPPRESSED_COUNTS

KEPT = timedelta(days=731)
# As long as the ledger at least: a new snapshot has no others either.
CHANGES_KEPT = timedelta(days=62)

REGISTRY, REPOSITORY, OWNER = "registry", "repository", "owner"
_SCOPE_NAME = "repository.registry_id || '/' || repository.region || '/' || repository.name"
_GROUPS = {REGISTRY: "''", REPOSITORY: _SCOPE_NAME, OWNER: "owner.name"}
_FROM = "JOIN repository ON repository.id = {0}.repository_id JOIN owner ON owner.id = repository.owner_id"
_SUPPRESSED = " + ".join(SUPPRESSED_COUNTS)
_NOTHING = (0, "{}", 0, *(0 for _ in COUNTS))


class HistoryWriter:
    """Writes changes as they are read; at the end what they add up to, and the totals of the day."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._scopes = {
            (kind, name): scope for scope, kind, name in connection.execute("SELECT id, kind, name FROM h.scope")
        }
        self._last_scope = max(self._scopes.values(), default=0)
        self._flows: dict[tuple[str, str, str], list[int]] = {}

    def write_change(self, recorded: RecordedChange, owner: str) -> None:
        """Write what a scan changed; a change that is there already changes nothing."""
        change = recorded.change
        parts = (change.new, change.raised, change.fixed)
        values = (
            recorded.id,
            seconds(change.at),
            str(change.image.repository),
            change.image.digest,
            change.tag,
            owner,
            *(number for part in parts for number in _numbers(part)),
            texts(change.news),
            int(change.is_first),
        )
        statement = f"INSERT OR IGNORE INTO h.change VALUES({', '.join('?' * len(values))})"
        if self._connection.execute(statement, values).rowcount and not change.is_first:
            self._add_flow(change.at, {REPOSITORY: str(change.image.repository), OWNER: owner, REGISTRY: ""}, parts)

    def _add_flow(self, at: datetime, scopes: dict[str, str], parts: tuple[SeverityCounts, ...]) -> None:
        numbers = (*_numbers(parts[0]), *_numbers(parts[2]))
        for kind, name in scopes.items():
            flow = self._flows.setdefault((kind, name, _day(at)), [0] * len(_FLOWS))
            flow[:] = map(sum, zip(flow, numbers, strict=True))

    def write_day(self, now: datetime) -> None:
        """Write the totals of today where they differ from those of the day before, over those of an earlier build."""
        self._write_flows(now)
        day = _day(now)
        for kind, group in _GROUPS.items():
            today = self._totals(group)
            before = self._latest(kind, day)
            self._connection.execute(
                "DELETE FROM h.state WHERE day = ? AND scope_id IN (SELECT id FROM h.scope WHERE kind = ?)", (day, kind)
            )
            for name in today.keys() | before.keys():
                values = today.get(name, _NOTHING)
                if values != before.get(name):
                    self._connection.execute(_ADD_STATE, (self._scope(kind, name), day, *values))
        self._forget(now)

    def _write_flows(self, now: datetime) -> None:
        """Write what was new and fixed. Of changes that are forgotten nobody knows any more whether they are in it."""
        # By whole days, as the flows: the ledger may have a change for longer, and each build would count it again.
        oldest = (now - CHANGES_KEPT).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        for (kind, name, day), numbers in self._flows.items():
            if day >= _day(oldest):
                self._connection.execute(_ADD_FLOW, (self._scope(kind, name), day, *numbers, *numbers))
        self._connection.execute("DELETE FROM h.change WHERE at < ?", (seconds(oldest),))

    def _scope(self, kind: str, name: str) -> int:
        known = self._scopes.get((kind, name))
        if known is None:
            known = self._last_scope = self._last_scope + 1
            self._scopes[kind, name] = known
            self._connection.execute("INSERT INTO h.scope VALUES(?, ?, ?)", (known, kind, name))
        return known

    def _totals(self, group: str) -> dict[str, tuple[object, ...]]:
        sums = ", ".join(f"sum(total.{column})" for column in COUNTS)
        rows = self._connection.execute(
            f"""SELECT {group}, sum(total.images), sum({_SUPPRESSED}), {sums} FROM total {_FROM.format("total")}
            GROUP BY 1"""
        )
        totals = {name: (images, suppressed, counts) for name, images, suppressed, *counts in rows}
        coverage: dict[str, dict[str, int]] = {}
        for name, status, images in self._connection.execute(
            f"""SELECT {group}, coverage.status, sum(coverage.images) FROM coverage {_FROM.format("coverage")}
            GROUP BY 1, 2"""
        ):
            coverage.setdefault(name, {})[status] = images
        return {
            name: (images, json.dumps(coverage.get(name, {}), sort_keys=True), suppressed, *counts)
            for name, (images, suppressed, counts) in totals.items()
        }

    def _latest(self, kind: str, day: str) -> dict[str, tuple[object, ...]]:
        """Return the last totals of each scope before a day."""
        rows = self._connection.execute(
            f"""SELECT scope.name, state.images, state.coverage, state.suppressed, {", ".join(COUNTS)} FROM h.scope
            JOIN h.state ON state.scope_id = scope.id
            WHERE scope.kind = ? AND state.day = (
                SELECT max(day) FROM h.state WHERE scope_id = scope.id AND day < ?)""",
            (kind, day),
        )
        return {name: tuple(values) for name, *values in rows}

    def _forget(self, now: datetime) -> None:
        oldest = _day(now - KEPT)
        # The last totals before the oldest day still hold on it.
        self._connection.execute(
            """DELETE FROM h.state WHERE day < (
                SELECT max(day) FROM h.state AS kept WHERE kept.scope_id = state.scope_id AND kept.day <= ?)""",
            (oldest,),
        )
        self._connection.execute("DELETE FROM h.flow WHERE day < ?", (oldest,))


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d}"


def _numbers(counts: SeverityCounts) -> Iterable[int]:
    return (counts.get(severity, 0) for severity in Severity)


_FLOWS = (*NEW_COUNTS, *FIXED_COUNTS)
_ADD_FLOW = f"""INSERT INTO h.flow(scope_id, day, {", ".join(_FLOWS)}) VALUES(?, ?, {", ".join("?" * len(_FLOWS))})
    ON CONFLICT(scope_id, day) DO UPDATE SET {", ".join(f"{column} = {column} + ?" for column in _FLOWS)}"""
_ADD_STATE = f"""INSERT INTO h.state(scope_id, day, images, coverage, suppressed, {", ".join(COUNTS)})
    VALUES(?, ?, ?, ?, ?, {", ".join("?" * len(COUNTS))})"""
