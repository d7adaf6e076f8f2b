"""List the suppressions, add one, remove one."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as with_values
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.suppressions.fields import default_id, parse_suppression
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import EcrScanReporterError
from ecr_scan_reporter.use_cases.suppressions.ports import Author, Suppressions, SuppressionStore


class SuppressionExistsError(EcrScanReporterError):
    """A suppression with this id is stored already."""

    def __init__(self, suppression_id: str) -> None:
        super().__init__(f"a suppression {suppression_id} is stored already")
        self.id = suppression_id


@dataclass(frozen=True, slots=True)
class Addition:
    """A suppression that was stored; `replaced` tells whether one with its id was there before."""

    suppression: Suppression
    replaced: bool


def list_suppressions(suppressions: Suppressions) -> list[Suppression]:
    """Return all suppressions by id, also those that have ended."""
    return list(suppressions.all())


def add_suppression(
    fields: Mapping[str, Any], store: SuppressionStore, *, author: Author, now: datetime, replace: bool = False
) -> Addition:
    """Store one suppression, given as a mapping with the keys of a file.

    Its default id is made of what it matches, so the same suppression is not added twice. `author` and `now` are used
    where `fields` has no `createdBy` and `createdAt`. With `replace` it may replace the one with the same id.
    Raises InvalidInputError for wrong fields, before any call; SuppressionExistsError; CallFailedError.
    """
    suppression = parse_suppression({"id": default_id(fields)} | dict(fields), created_by="", created_at=now)
    if not suppression.created_by:
        suppression = with_values(suppression, created_by=author())
    if replace:
        return Addition(suppression, store.save(suppression))
    if not store.add(suppression):
        raise SuppressionExistsError(suppression.id)
    return Addition(suppression, replaced=False)


def remove_suppression(suppression_id: str, store: SuppressionStore) -> bool:
    """Remove one suppression; return False when no suppression has this id. Raises CallFailedError."""
    return store.remove(suppression_id)
