"""Make the stored suppressions those of a document."""

from datetime import datetime

from ecr_scan_reporter.domain.suppressions.fields import parse_suppressions
from ecr_scan_reporter.domain.suppressions.imports import ImportPlan, plan_import
from ecr_scan_reporter.errors import EcrScanReporterError
from ecr_scan_reporter.use_cases.suppressions.ports import Author, SuppressionStore


class NothingToImportError(EcrScanReporterError):
    """A document without suppressions would remove all that are stored."""

    def __init__(self) -> None:
        super().__init__("the document has no suppressions, so every stored one would be removed")


def import_suppressions(
    document: object,
    store: SuppressionStore,
    *,
    author: Author,
    now: datetime,
    prune: bool,
    dry_run: bool,
    allow_empty: bool = False,
) -> ImportPlan:
    """Store what a document has and the store lacks; return what changes.

    A suppression that is stored keeps its author and moment, unless the document has others. `prune` removes the
    suppressions that are not in the document; where it has none, only with `allow_empty`. `dry_run` changes nothing.
    Raises InvalidSuppressionsError with all faults of the document, and NothingToImportError, before any call;
    CallFailedError.
    """
    if not parse_suppressions(document, created_by="", created_at=now) and prune and not allow_empty:
        raise NothingToImportError
    stored = list(store.all())
    wanted = parse_suppressions(document, created_by=author(), created_at=now, earlier=stored)
    plan = plan_import(stored, wanted, prune=prune)
    if not dry_run:
        _carry_out(plan, store)
    return plan


def _carry_out(plan: ImportPlan, store: SuppressionStore) -> None:
    for suppression in plan.written:
        store.save(suppression)
    for suppression in plan.removed:
        store.remove(suppression.id)
