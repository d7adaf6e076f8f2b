"""The steps that make the stored suppressions those of a document."""

from collections.abc import Iterable
from dataclasses import dataclass

from ecr_scan_reporter.domain.suppressions.differences import SuppressionChange
from ecr_scan_reporter.domain.suppressions.rules import Suppression


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The suppressions of a document against the stored ones, each part by id. `removed` are not in the document."""

    added: tuple[Suppression, ...] = ()
    changed: tuple[SuppressionChange, ...] = ()
    unchanged: tuple[Suppression, ...] = ()
    removed: tuple[Suppression, ...] = ()

    @property
    def written(self) -> tuple[Suppression, ...]:
        """The suppressions that the document stores: new, or in place of an earlier one."""
        return (*self.added, *(change.after for change in self.changed))


def plan_import(stored: Iterable[Suppression], wanted: Iterable[Suppression], *, prune: bool) -> ImportPlan:
    """Compare by id. Stored suppressions that are not wanted stay, unless `prune`."""
    before = {suppression.id: suppression for suppression in stored}
    after = {suppression.id: suppression for suppression in wanted}
    common = [after[id_] for id_ in sorted(after.keys() & before.keys())]
    return ImportPlan(
        added=tuple(after[id_] for id_ in sorted(after.keys() - before.keys())),
        changed=tuple(SuppressionChange(before[each.id], each) for each in common if each != before[each.id]),
        unchanged=tuple(each for each in common if each == before[each.id]),
        removed=tuple(before[id_] for id_ in sorted(before.keys() - after.keys())) if prune else (),
    )
