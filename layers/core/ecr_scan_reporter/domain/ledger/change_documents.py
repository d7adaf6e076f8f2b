"""The changes of a scan as a member of its stored result: who stores the result, records them, or a repetition does."""

from collections.abc import Mapping
from typing import Any

from ecr_scan_reporter.domain.findings.members import Members
from ecr_scan_reporter.domain.ledger.records import ChangeRecord
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.severities import SeverityCounts, parse_counts
from ecr_scan_reporter.errors import InvalidInputError

NAME = "change of the stored result"


def change_document(change: ChangeRecord) -> dict[str, Any]:
    """Return the member for a change."""
    return {
        "at": format_moment(change.at),
        "tag": change.tag,
        "new": _counts(change.new),
        "raised": _counts(change.raised),
        "fixed": _counts(change.fixed),
        "news": list(change.news),
        "isFirst": change.is_first,
    }


def parse_change(document: object, image: ImageId) -> ChangeRecord:
    """Read the member. Raises InvalidInputError that names what is wrong."""
    change = Members(document, NAME)
    at = change.moment("at")
    if at is None:
        raise InvalidInputError(f"at of the {NAME}", None, "a moment with its time zone, such as 2026-01-31T12:00:00Z")
    return ChangeRecord(
        image,
        at,
        change.optional_text("tag"),
        new=_parse_counts(change, "new"),
        raised=_parse_counts(change, "raised"),
        fixed=_parse_counts(change, "fixed"),
        news=change.each("news", _text),
        is_first=bool(change.boolean("isFirst")),
    )


def _counts(counts: SeverityCounts) -> dict[str, int]:
    return {severity.value: count for severity, count in counts.items()}


def _parse_counts(change: Members, key: str) -> SeverityCounts:
    counts = change.value(key)
    if not isinstance(counts, Mapping) or not all(type(count) is int and count >= 0 for count in counts.values()):
        raise InvalidInputError(f"{key} of the {NAME}", counts, "a number for each severity")
    return parse_counts({str(severity): count for severity, count in counts.items()})


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidInputError(name, value, "a text")
    return value
