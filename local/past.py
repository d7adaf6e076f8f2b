"""A made-up past of the sample registry, so that trend, history and news have something to show.

It is written into the history of the current snapshot, from which the next builds go on.
"""

import gzip
import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

from local.application import Application
from local.snapshot_question import POINTER

DAYS = 42
LEVELS = ("critical", "high", "medium", "low", "informational", "undefined", "untriaged")
# Of so many vulnerabilities one became known within these days, and of so many images one got updates.
_RECENT, _UPDATED = 2, 2
_FOUND = """SELECT image.id, image.digest, image.tags, vulnerability.name, finding.rank,
        repository.registry_id || '/' || repository.region || '/' || repository.name, owner.name
    FROM image
    JOIN repository ON repository.id = image.repository_id
    JOIN owner ON owner.id = repository.owner_id
    JOIN f.set_component ON set_component.set_id = image.set_id
    JOIN f.component_finding ON component_finding.component_id = set_component.component_id
    JOIN f.finding ON finding.id = component_finding.finding_id
    JOIN f.vulnerability ON vulnerability.id = finding.vulnerability_id
    ORDER BY image.digest, vulnerability.name"""


@dataclass
class Change:
    """What a scan so many days ago changed in an image."""

    repository: str
    owner: str
    digest: str
    tag: str
    new: Counter[int] = field(default_factory=Counter)
    fixed: Counter[int] = field(default_factory=Counter)
    news: list[str] = field(default_factory=list)


def write_past(application: Application, now: datetime) -> int:
    """Build the inventory, and give it a past; return the number of changes in it."""
    application.invoke(application.outputs["InventoryFunctionName"], {})
    storage, bucket = application.emulator.client("s3"), application.outputs["FindingsBucketName"]
    pointer: dict[str, Any] = json.loads(storage.get_object(Bucket=bucket, Key=POINTER)["Body"].read())
    with TemporaryDirectory() as folder:
        paths = {}
        for name, file in pointer["files"].items():
            paths[name] = Path(folder) / f"{name}.sqlite"
            paths[name].write_bytes(gzip.decompress(storage.get_object(Bucket=bucket, Key=file["key"])["Body"].read()))
        changes = add_past(paths, now)
        raw = paths["history"].read_bytes()
    packed = gzip.compress(raw, mtime=0)
    history = pointer["files"]["history"]
    history |= {"sha256": hashlib.sha256(packed).hexdigest(), "bytes": len(packed), "rawBytes": len(raw)}
    storage.put_object(Bucket=bucket, Key=history["key"], Body=packed)
    storage.put_object(Bucket=bucket, Key=POINTER, Body=json.dumps(pointer).encode())
    return changes


def add_past(paths: Mapping[str, Path], now: datetime) -> int:
    """Write a past into the history of a snapshot, given its unpacked files; return the number of changes."""
    connection = sqlite3.connect(paths["images"])
    try:
        for alias, name in (("f", "findings"), ("h", "history")):
            connection.execute(f"ATTACH ? AS {alias}", (str(paths[name]),))
        changes = past_changes(connection.execute(_FOUND))
        with connection:
            for days_ago, change in changes:
                _write_change(connection, change, _moment(now, days_ago))
            _write_days(connection, changes, now)
        return len(changes)
    finally:
        connection.close()


def past_changes(found: Iterable[tuple[int, bytes, str, str, int, str, str]]) -> list[tuple[int, Change]]:
    """Return what scans changed, each with how many days ago: the same for the same findings."""
    changes: dict[tuple[int, str, str], Change] = {}
    for _image, digest, tags, vulnerability, rank, repository, owner in found:
        image = f"sha256:{digest.hex()}"
        tag = next(iter(json.loads(tags)), "")
        number, updated = crc32(vulnerability.encode()), crc32(digest)
        if number % _RECENT == 0:
            days_ago = _days_ago(number // _RECENT)
            change = changes.setdefault((days_ago, repository, image), Change(repository, owner, image, tag))
            change.new[rank] += 1
            change.news.append(vulnerability)
        if updated % _UPDATED == 0 and (number + updated) % 2 == 0:
            days_ago = _days_ago(updated // _UPDATED)
            change = changes.setdefault((days_ago, repository, image), Change(repository, owner, image, tag))
            change.fixed[rank] += 1
    return sorted(((key[0], change) for key, change in changes.items()), key=lambda each: (each[0], each[1].digest))


def _days_ago(number: int) -> int:
    # Today has more than other days, so that the morning has something to tell.
    days = number % (DAYS + 5)
    return days if days < DAYS else 0


def _moment(now: datetime, days_ago: int) -> datetime:
    # Within the last 24 hours, and before midnight of other days.
    return now - timedelta(days=days_ago, hours=2)


def _write_change(connection: sqlite3.Connection, change: Change, at: datetime) -> None:
    parts = (change.new, Counter[int](), change.fixed)
    numbers = [part[rank] for part in parts for rank in range(len(LEVELS))]
    values = (
        f"{at:%Y-%m-%d}#{change.repository}@{change.digest}",
        int(at.timestamp()),
        *(change.repository, change.digest, change.tag, change.owner),
        *numbers,
        json.dumps(change.news),
        0,
    )
    connection.execute(f"INSERT OR IGNORE INTO h.change VALUES({', '.join('?' * len(values))})", values)


def _write_days(connection: sqlite3.Connection, changes: Iterable[tuple[int, Change]], now: datetime) -> None:
    """Write what each day added to each scope, and from today backwards the totals that this leaves."""
    flows: dict[tuple[str, str], dict[str, Change]] = defaultdict(dict)
    for days_ago, change in changes:
        day = f"{_moment(now, days_ago):%Y-%m-%d}"
        for scope in (("registry", ""), ("repository", change.repository), ("owner", change.owner)):
            flow = flows[scope].setdefault(day, Change("", "", "", ""))
            flow.new += change.new
            flow.fixed += change.fixed
    today = f"{now.astimezone(UTC):%Y-%m-%d}"
    columns = ", ".join(LEVELS)
    scopes = connection.execute("SELECT id, kind, name FROM h.scope").fetchall()
    for scope, kind, name in scopes:
        state = connection.execute(
            f"SELECT images, coverage, suppressed, {columns} FROM h.state WHERE scope_id = ? AND day = ?",
            (scope, today),
        ).fetchone()
        if state is None:
            continue
        images, coverage, suppressed, *counts = state
        by_day = flows[kind, name]
        for days_ago in range(DAYS + 1):
            day = f"{now.astimezone(UTC) - timedelta(days=days_ago):%Y-%m-%d}"
            flow = by_day.get(day, Change("", "", "", ""))
            _write_day(connection, scope, day, flow)
            if days_ago:
                values = (scope, day, images, _coverage_then(coverage, days_ago), suppressed, *counts)
                connection.execute(f"INSERT OR REPLACE INTO h.state VALUES({', '.join('?' * len(values))})", values)
            counts = [max(0, each - flow.new[rank] + flow.fixed[rank]) for rank, each in enumerate(counts)]


def _write_day(connection: sqlite3.Connection, scope: int, day: str, flow: Change) -> None:
    numbers = [part[rank] for part in (flow.new, flow.fixed) for rank in range(len(LEVELS))]
    if any(numbers):
        marks = ", ".join("?" * (2 + len(numbers)))
        connection.execute(f"INSERT OR REPLACE INTO h.flow VALUES({marks})", (scope, day, *numbers))


def _coverage_then(coverage: str, days_ago: int) -> str:
    """Return the coverage of a day: the longer ago, the more scans were too old."""
    statuses: dict[str, int] = json.loads(coverage)
    old = statuses.get("current", 0) * days_ago // (2 * DAYS)
    if not old:
        return coverage
    return json.dumps({**statuses, "current": statuses["current"] - old, "stale": statuses.get("stale", 0) + old})
