"""What was: totals of days, and changes."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from sqlite3 import Connection
from typing import Any

from ecr_scan_reporter.domain.inventory.answers import HistoryDay, InventoryChange
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.selection import ImageFilter, check_text
from ecr_scan_reporter.domain.ledger.records import ChangeRecord
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.rules import glob_test
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.questions.conditions import image_conditions
from ecr_scan_reporter.snapshot.rows import digest_bytes, moment, read_counts
from ecr_scan_reporter.snapshot.schema import COUNTS, FIXED_COUNTS, NEW_COUNTS, RAISED_COUNTS

_STATE = f"SELECT day, images, coverage, suppressed, {', '.join(COUNTS)} FROM h.state"
_FLOW = f"SELECT day, {', '.join((*NEW_COUNTS, *FIXED_COUNTS))} FROM h.flow"
_CHANGE = f"""SELECT at, repository, digest, tag, owner, news, is_first,
    {", ".join((*NEW_COUNTS, *RAISED_COUNTS, *FIXED_COUNTS))} FROM h.change"""


def find_history(
    connection: Connection, repository: str | None, owner: str | None, since: date, until: date
) -> tuple[HistoryDay, ...]:
    """Return each day from `since` to `until` that is known, of a repository, of an owner, or of everything.

    `repository` is a name, or account/region/name. Raises InvalidInputError for a name that several registries have,
    and for an owner that is no Unicode.
    """
    check_text("owner", owner)
    scope = _scope(connection, repository, owner)
    if scope is None:
        return ()
    states = connection.execute(
        f"""{_STATE} WHERE scope_id = ?1 AND day <= ?3 AND day >= COALESCE(
            (SELECT max(day) FROM h.state WHERE scope_id = ?1 AND day <= ?2), ?2) ORDER BY day""",
        (scope, since.isoformat(), until.isoformat()),
    ).fetchall()
    flows = connection.execute(
        f"{_FLOW} WHERE scope_id = ? AND day BETWEEN ? AND ?", (scope, since.isoformat(), until.isoformat())
    )
    by_day = {day: numbers for day, *numbers in flows}
    return tuple(_days(states, by_day, since, until))


def _scope(connection: Connection, repository: str | None, owner: str | None) -> int | None:
    if repository is not None:
        return _scope_of_repository(connection, repository)
    kind = ("owner", owner) if owner is not None else ("registry", "")
    row = connection.execute("SELECT id FROM h.scope WHERE kind = ? AND name = ?", kind).fetchone()
    return row[0] if row else None


def _scope_of_repository(connection: Connection, repository: str) -> int | None:
    rows = connection.execute("SELECT name, id FROM h.scope WHERE kind = 'repository' ORDER BY name")
    # Names of repositories have slashes too.
    found = {name: scope for name, scope in rows if repository in (name, name.split("/", 2)[2])}
    if len(found) > 1:
        raise InvalidInputError("the repository", repository, f"one of several registries: {', '.join(found)}")
    return next(iter(found.values()), None)


def _days(
    states: Sequence[Sequence[Any]], flows: dict[str, list[int]], since: date, until: date
) -> Sequence[HistoryDay]:
    """Return each day. Totals hold until the next ones: rows are there only where they changed."""
    if not states:
        return []
    days, following = [], iter((*states[1:], None))
    current, upcoming = states[0], next(following)
    day = max(since, date.fromisoformat(states[0][0]))
    while day <= until:
        while upcoming and upcoming[0] <= day.isoformat():
            current, upcoming = upcoming, next(following)
        days.append(_day(day, current, flows.get(day.isoformat())))
        day += timedelta(days=1)
    return days


def _day(day: date, state: Sequence[Any], flow: list[int] | None) -> HistoryDay:
    levels = len(Severity)
    flow = flow or [0] * 2 * levels
    coverage = {CoverageStatus(status): number for status, number in json.loads(state[2]).items()}
    return HistoryDay(
        day,
        state[1],
        coverage,
        read_counts(state[4:]),
        state[3],
        read_counts(flow[:levels]),
        read_counts(flow[levels:]),
    )


def find_changes(
    connection: Connection, since: datetime, until: datetime, wanted: ImageFilter
) -> tuple[InventoryChange, ...]:
    """Return the changes of a period, latest first.

    Repository, owner and digest of a change are those of then, so that one of an image that is gone matches too; a tag
    is one of then or now. `severity` means that something of it changed. All else is asked of the image as it is now.
    """
    rows = connection.execute(
        f"{_CHANGE} WHERE at BETWEEN ? AND ? ORDER BY at DESC, id", (since.timestamp(), until.timestamp())
    )
    is_wanted = _change_test(wanted)
    found = (each for each in map(_change, rows) if is_wanted(each))
    if wanted.tag is not None:
        was_tagged, is_tagged = glob_test(wanted.tag), _image_test(connection, ImageFilter(tag=wanted.tag))
        found = (each for each in found if was_tagged(each.change.tag) or is_tagged(each.change.image))
    of_now = replace(wanted, repository=None, owner=None, tag=None, digest=None, severity=None)
    if image_conditions(connection, of_now).parts:
        is_image_wanted = _image_test(connection, of_now)
        found = (each for each in found if is_image_wanted(each.change.image))
    return tuple(found)


def _change_test(wanted: ImageFilter) -> Callable[[InventoryChange], bool]:
    """Return whether a change is one of those that a filter wants, as far as it can tell by itself."""
    has_name = glob_test("*" if wanted.repository is None else wanted.repository)
    severities = frozenset(list(Severity)[: wanted.severity.rank + 1]) if wanted.severity else None
    start = wanted.digest.removeprefix("sha256:").lower() if wanted.digest is not None else ""

    def is_wanted(each: InventoryChange) -> bool:
        change = each.change
        return (
            (wanted.owner is None or each.owner == wanted.owner)
            and change.image.digest.removeprefix("sha256:").startswith(start)
            and bool(has_name(change.image.repository.name))
            and (severities is None or not severities.isdisjoint({*change.new, *change.raised, *change.fixed}))
        )

    return is_wanted


def _image_test(connection: Connection, wanted: ImageFilter) -> Callable[[ImageId], bool]:
    """Return whether an image is in the snapshot and is one of those that a filter wants."""
    conditions = image_conditions(connection, wanted)
    statement = f"""SELECT 1 FROM image JOIN repository ON repository.id = image.repository_id
        WHERE image.digest = ? AND repository.name = ? AND repository.registry_id = ? AND repository.region = ?
        AND {conditions.where}"""

    @cache
    def is_wanted(image: ImageId) -> bool:
        place = image.repository
        key = (digest_bytes(image.digest), place.name, place.registry_id, place.region)
        return connection.execute(statement, (*key, *conditions.values)).fetchone() is not None

    return is_wanted


def _change(row: Sequence[Any]) -> InventoryChange:
    at, repository, digest, tag, owner, news, is_first = row[:7]
    levels = len(Severity)
    new, raised, fixed = (read_counts(row[7 + levels * part : 7 + levels * (part + 1)]) for part in range(3))
    image = ImageId(Repository(*repository.split("/", 2)), digest)
    changed_at = moment(at)
    if changed_at is None:
        raise ValueError("at of a change is NULL")
    record = ChangeRecord(
        image, changed_at, tag, new, raised, fixed, news=tuple(json.loads(news)), is_first=bool(is_first)
    )
    return InventoryChange(record, owner)
