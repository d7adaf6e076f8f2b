"""Which suppressions concern a repository or a vulnerability, and which end soon."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ecr_scan_reporter.domain.suppressions.rules import Suppression, glob_test


@dataclass(frozen=True, slots=True)
class SuppressionFilter:
    """What a suppression must match to be selected; None where it does not matter.

    `ending` selects those whose last day is one of these: from the first to the last of them.
    """

    repository: str | None = None
    cve: str | None = None
    ending: tuple[date, date] | None = None


EVERY = SuppressionFilter()


def select(suppressions: Iterable[Suppression], wanted: SuppressionFilter) -> list[Suppression]:
    """Return the suppressions that hold for this repository and this vulnerability, and end in this time."""
    return [each for each in suppressions if _is_selected(each, wanted)]


def _is_selected(suppression: Suppression, wanted: SuppressionFilter) -> bool:
    if wanted.ending is not None:
        first, last = wanted.ending
        if not isinstance(suppression.until, date) or not first <= suppression.until <= last:
            return False
    if wanted.cve is not None and not _concerns(suppression.cve.upper(), wanted.cve.upper()):
        return False
    return wanted.repository is None or _concerns(suppression.repository, wanted.repository)


def _concerns(glob: str | None, name: str) -> bool:
    # The glob itself selects too: people copy it from the list.
    return glob is None or glob == name or bool(glob_test(glob)(name))
