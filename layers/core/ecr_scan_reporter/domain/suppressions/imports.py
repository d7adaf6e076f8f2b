"""What has to be done so that the rules that are there become those of a file."""

from collections.abc import Iterable
from dataclasses import dataclass

from ecr_scan_reporter.domain.suppressions.rules import Suppression


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The rules of a file against those that are there, each part by id. `removed` are in no file any more."""

    added: tuple[Suppression, ...] = ()
    changed: tuple[Suppression, ...] = ()
    unchanged: tuple[Suppression, ...] = ()
    removed: tuple[Suppression, ...] = ()


def plan_import(there: Iterable[Suppression], wanted: Iterable[Suppression], *, prune: bool) -> ImportPlan:
    """Compare by id. Rules that are not wanted stay, unless `prune`."""
    before = {rule.id: rule for rule in there}
    after = {rule.id: rule for rule in wanted}
    kept = [after[rule_id] for rule_id in sorted(after.keys() & before.keys())]
    return ImportPlan(
        added=tuple(after[rule_id] for rule_id in sorted(after.keys() - before.keys())),
        changed=tuple(rule for rule in kept if rule != before[rule.id]),
        unchanged=tuple(rule for rule in kept if rule == before[rule.id]),
        removed=tuple(before[rule_id] for rule_id in sorted(before.keys() - after.keys())) if prune else (),
    )
