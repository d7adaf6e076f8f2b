"""How one suppression differs from another, member by member."""

from dataclasses import dataclass

from ecr_scan_reporter.domain.suppressions.fields import suppression_document
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.domain.suppressions.values import ALLOWED


@dataclass(frozen=True, slots=True)
class MemberChange:
    """One key of a suppression and its two values as texts; None where the suppression does not have the key."""

    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class SuppressionChange:
    """A stored suppression, and the one of the same id that takes its place."""

    before: Suppression
    after: Suppression

    @property
    def members(self) -> tuple[MemberChange, ...]:
        """Return the keys whose values differ, in the order of the file."""
        before, after = suppression_document(self.before), suppression_document(self.after)
        changes = (MemberChange(key, before.get(key), after.get(key)) for key in ALLOWED)
        return tuple(change for change in changes if change.before != change.after)
