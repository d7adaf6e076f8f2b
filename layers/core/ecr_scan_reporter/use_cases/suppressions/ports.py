"""What the use cases of suppressions need: a store of suppressions, and who makes one."""

from collections.abc import Callable, Iterable
from typing import Protocol

from ecr_scan_reporter.domain.suppressions.rules import Suppression

Author = Callable[[], str]
"""Returns who makes a suppression. It may ask AWS, so it is called only when it is needed."""


class Suppressions(Protocol):
    """The stored suppressions, to read."""

    def all(self) -> Iterable[Suppression]:
        """Return all suppressions by id, also those that have ended."""


class SuppressionStore(Suppressions, Protocol):
    """The stored suppressions, to read and to change."""

    def add(self, suppression: Suppression) -> bool:
        """Store a suppression; return False, and store nothing, when its id is taken."""

    def save(self, suppression: Suppression) -> bool:
        """Store a suppression; return True when it replaced the one with its id."""

    def remove(self, suppression_id: str) -> bool:
        """Remove a suppression; return False when no suppression has this id."""
