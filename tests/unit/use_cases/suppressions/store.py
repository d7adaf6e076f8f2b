"""A store of suppressions in memory, which records its calls."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ecr_scan_reporter.domain.suppressions.rules import Suppression
from tests.unit.samples import NOW

FIELDS = {"cve": "CVE-2024-*", "package": "openssl*", "reason": "Headers alone.", "until": "2026-03-31"}


def suppression(id_: str, reason: str = "Not reachable.", author: str = "alice") -> Suppression:
    """Return a suppression of one CVE without end."""
    return Suppression(id_, "CVE-2023-38545", reason, None, author, NOW)


@dataclass
class FakeStore:
    """Suppressions by id; `calls` has the calls in their order."""

    stored: dict[str, Suppression] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, *suppressions: Suppression) -> "FakeStore":
        return cls({suppression.id: suppression for suppression in suppressions})

    def author(self) -> str:
        """Return who calls, as AWS would be asked for it."""
        self.calls.append("author")
        return "arn:aws:iam::123456789012:user/ada"

    def all(self) -> Iterable[Suppression]:
        self.calls.append("all")
        return [self.stored[id_] for id_ in sorted(self.stored)]

    def add(self, suppression: Suppression) -> bool:
        self.calls.append(f"add {suppression.id}")
        return self.stored.setdefault(suppression.id, suppression) is suppression

    def save(self, suppression: Suppression) -> bool:
        self.calls.append(f"save {suppression.id}")
        replaced = suppression.id in self.stored
        self.stored[suppression.id] = suppression
        return replaced

    def remove(self, suppression_id: str) -> bool:
        self.calls.append(f"remove {suppression_id}")
        return self.stored.pop(suppression_id, None) is not None
