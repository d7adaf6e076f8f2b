"""List the suppressions, add one, remove one."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as with_values
from datetime import UTC, datetime
from typing import Any

from ecr_scan_reporter.domain.suppressions.fields import parse_suppression, suppression_fields
from ecr_scan_reporter.domain.suppressions.ids import default_id
from ecr_scan_reporter.domain.suppressions.rules import Suppression, describe
from ecr_scan_reporter.domain.suppressions.selection import EVERY, SuppressionFilter, select
from ecr_scan_reporter.domain.suppressions.values import last_day
from ecr_scan_reporter.errors import EcrScanReporterError
from ecr_scan_reporter.use_cases.suppressions.ports import Author, Suppressions, SuppressionStore


class SuppressionExistsError(EcrScanReporterError):
    """Another suppression has this id: `stored`, None for an item that is none.

    `may_be_replaced` is False where the id was made, and belongs to another scope.
    """

    def __init__(self, wanted: Suppression, stored: Suppression | None, *, may_be_replaced: bool = True) -> None:
        super().__init__(f"a suppression {describe(stored or wanted)} is stored already")
        self.wanted = wanted
        self.stored = stored
        self.may_be_replaced = may_be_replaced


@dataclass(frozen=True, slots=True)
class Addition:
    """A suppression that was stored, and the one of the same id that it has replaced."""

    suppression: Suppression
    before: Suppression | None = None


def list_suppressions(suppressions: Suppressions, wanted: SuppressionFilter = EVERY) -> list[Suppression]:
    """Return the suppressions that are wanted by id, also those that have ended."""
    return select(suppressions.all(), wanted)


def add_suppression(
    fields: Mapping[str, Any],
    store: SuppressionStore,
    *,
    author: Author,
    now: datetime,
    replace: bool = False,
    dry_run: bool = False,
) -> Addition:
    """Store one suppression, given as a mapping with the keys of a file; `until` may be a time from `now` (`90d`).

    Its default id is made of what it matches, so the same suppression is not added twice. `author` and `now` are used
    where `fields` has no `createdBy` and `createdAt`. With `replace` it may replace the one with the same id, unless
    the id is made and the other matches something else. `dry_run` stores nothing.
    Raises InvalidInputError for wrong fields, before any call; SuppressionExistsError; CallFailedError.
    """
    until = fields.get("until")
    resolved = {"until": last_day(until, now.astimezone(UTC).date())} if isinstance(until, str) else {}
    given = {"id": default_id(fields)} | dict(fields) | resolved
    suppression = parse_suppression(given, created_by="", created_at=now)
    if not suppression.created_by:
        suppression = with_values(suppression, created_by=author())
    if not replace and not dry_run:
        if not store.add(suppression):
            raise SuppressionExistsError(suppression, _stored(store, suppression.id))
        return Addition(suppression)
    before = _stored(store, suppression.id)
    if before and not replace:
        raise SuppressionExistsError(suppression, before)
    if before and "id" not in fields and not _have_same_scope(before, suppression):
        raise SuppressionExistsError(suppression, before, may_be_replaced=False)
    if not dry_run:
        store.save(suppression)
    return Addition(suppression, before)


def _stored(store: Suppressions, suppression_id: str) -> Suppression | None:
    return next((each for each in store.all() if each.id == suppression_id), None)


def _have_same_scope(one: Suppression, other: Suppression) -> bool:
    return default_id(suppression_fields(one)) == default_id(suppression_fields(other))


def remove_suppression(suppression_id: str, store: SuppressionStore) -> bool:
    """Remove one suppression; return False when no suppression has this id. Raises CallFailedError."""
    return store.remove(suppression_id)
