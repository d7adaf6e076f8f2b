"""Records: which members the answers of the inventory have in an export, and in which order."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.findings.documents import counts_document, exploit_document
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.severities import Severity

Item = TypeVar("Item")
Record = Mapping[str, Any]


class Kind(StrEnum):
    """The kind of a member, in words for the reference."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    DAY = "day"
    TAGS = "list of tags"
    TEXTS = "list of texts"
    PACKAGES = "list of packages"
    COUNTS = "counts by severity"
    COVERAGE = "counts by coverage"
    EXPLOIT = "entry of KEV"


@dataclass(frozen=True, slots=True)
class Member(Generic[Item]):
    """One member of a record: `read` takes it from an answer. `is_brief`: tables for people show it."""

    name: str
    kind: Kind
    meaning: str
    read: Callable[[Item], Any]
    is_brief: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The keys of a member that is an object: it has one column for each. None for any other member."""
        return _PARTS.get(self.kind, ())

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the member in a table with all members: its name, or `counts.CRITICAL` for each part."""
        return tuple(f"{self.name}.{part}" for part in self.parts) or (self.name,)


@dataclass(frozen=True, slots=True)
class RecordType(Generic[Item]):
    """The members of the records of one kind of answer, in their order; `name` is for people.

    `has_exploits` where members are of KEV and EPSS, whose age is then shown.
    """

    name: str
    members: tuple[Member[Item], ...]
    has_exploits: bool = False

    def record(self, item: Item) -> dict[str, Any]:
        """Write an answer as JSON. All members are there; an unknown fact is null, an absent text empty."""
        return {member.name: _WRITERS[member.kind](member.read(item)) for member in self.members}


def _packages(packages: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"package": package, "version": version} for package, version in packages]


def _coverage(counts: Mapping[CoverageStatus, int]) -> dict[str, int]:
    return {status.value: counts.get(status, 0) for status in CoverageStatus}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _exploit(exploit: KnownExploit | None) -> dict[str, Any] | None:
    return exploit_document(exploit) if exploit else None


def _as_it_is(value: Any) -> Any:
    return value


_WRITERS: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _as_it_is,
    Kind.NUMBER: _as_it_is,
    Kind.BOOLEAN: _as_it_is,
    Kind.MOMENT: format_moment,
    Kind.DAY: _day,
    Kind.TAGS: list,
    Kind.TEXTS: list,
    Kind.PACKAGES: _packages,
    Kind.COUNTS: counts_document,
    Kind.COVERAGE: _coverage,
    Kind.EXPLOIT: _exploit,
}
_PARTS = {
    Kind.COUNTS: tuple(severity.value for severity in Severity),
    Kind.COVERAGE: tuple(status.value for status in CoverageStatus),
    Kind.EXPLOIT: ("added", "due", "ransomware"),
}
