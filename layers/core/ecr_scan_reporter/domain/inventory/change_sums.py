"""What the scans of a period changed, in all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ecr_scan_reporter.domain.inventory.answers import InventoryChange
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts


@dataclass(frozen=True, slots=True)
class ChangeSums:
    """The numbers of new, raised and fixed findings. All findings of a first scan are new, so those do not count."""

    new: SeverityCounts
    raised: SeverityCounts
    fixed: SeverityCounts
    first_scans: int = 0


def sum_changes(changes: Iterable[InventoryChange]) -> ChangeSums:
    """Return the sums of changes."""
    new: Counter[Severity] = Counter()
    raised: Counter[Severity] = Counter()
    fixed: Counter[Severity] = Counter()
    first_scans = 0
    for each in changes:
        raised.update(each.change.raised)
        fixed.update(each.change.fixed)
        if each.change.is_first:
            first_scans += 1
        else:
            new.update(each.change.new)
    return ChangeSums(new, raised, fixed, first_scans)
