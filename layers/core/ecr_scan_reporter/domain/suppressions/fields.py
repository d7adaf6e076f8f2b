"""Suppressions as mappings: the keys of the YAML file, of JSON and of the DynamoDB item are the same."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from ecr_scan_reporter.domain.suppressions import values
from ecr_scan_reporter.domain.suppressions.ends import end_text
from ecr_scan_reporter.domain.suppressions.kinds import DEFAULT_KIND, JUSTIFIED_KINDS
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.domain.suppressions.values import ALLOWED
from ecr_scan_reporter.errors import InvalidInputError, MissingInputError

Value = TypeVar("Value")

REQUIRED = ("id", "cve", "reason", "until")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of the suppression with this place in its document, from 0; of one `key`, or of the whole (empty)."""

    error: InvalidInputError
    entry: int
    key: str = ""


class InvalidSuppressionsError(InvalidInputError):
    """Some suppressions of a document are wrong; the message has a line for each fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0].error
        super().__init__(first.name, first.value, first.allowed)
        self.args = ("\n".join(str(fault.error) for fault in faults),)
        self.faults = tuple(faults)


def suppression_fields(suppression: Suppression) -> dict[str, Any]:
    """Write a suppression with texts alone, always in the same order, without keys that are not set.

    The usual kind is not written: versions that know no kinds refuse the key.
    """
    fields = {
        "id": suppression.id,
        "cve": suppression.cve,
        "repository": suppression.repository,
        "tag": suppression.tag,
        "package": suppression.package,
        "severity": suppression.most_severity.value if suppression.most_severity else None,
        "kind": suppression.kind.value if suppression.kind is not DEFAULT_KIND else None,
        "justification": suppression.justification.value if suppression.justification else None,
        "reason": suppression.reason,
        "until": end_text(suppression.until),
        "createdBy": suppression.created_by,
        "createdAt": suppression.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }
    return {key: value for key, value in fields.items() if value is not None}


def suppression_document(suppression: Suppression) -> dict[str, Any]:
    """Write a suppression for readers: the same, with its kind in any case."""
    return suppression_fields(suppression) | {"kind": suppression.kind.value}


def parse_suppression(
    fields: Mapping[str, Any], *, created_by: str, created_at: datetime, place: str = "the suppression"
) -> Suppression:
    """Read a suppression. `place` names one that has no id.

    `created_by` and `created_at` are used where `fields` lacks them. Raises InvalidInputError that names the
    suppression, the key, the value and what is allowed. An unknown key is an error too: a misspelt one would make the
    suppression match more than was meant.
    """
    reader = _Reader(fields, place)
    suppression = reader.suppression(created_by, created_at)
    if reader.faults:
        raise reader.faults[0].error
    return suppression


def parse_suppressions(
    document: object, *, created_by: str, created_at: datetime, earlier: Iterable[Suppression] = ()
) -> list[Suppression]:
    """Read all suppressions of a document: a list, or a mapping with the list as `suppressions`.

    Author and moment come from the document, else from the `earlier` suppression of the same id, else from
    `created_by` and `created_at`. Raises InvalidSuppressionsError with all faults of all suppressions.
    """
    known = {suppression.id: suppression for suppression in earlier}
    suppressions: dict[str, Suppression] = {}
    faults: list[Fault] = []
    for entry, fields in enumerate(_entries(document)):
        reader = _Reader(fields, f"suppression number {entry + 1}", entry)
        before = known.get(reader.id)
        suppression = reader.suppression(
            *((before.created_by, before.created_at) if before else (created_by, created_at))
        )
        faults.extend(reader.faults)
        if not reader.faults and suppression.id in suppressions:
            name = f"id of suppression number {entry + 1}"
            faults.append(Fault(InvalidInputError(name, suppression.id, "one that no other has"), entry, "id"))
        suppressions[suppression.id] = suppression
    if faults:
        raise InvalidSuppressionsError(faults)
    return list(suppressions.values())


def _entries(document: object) -> list[object]:
    is_wrapped = isinstance(document, Mapping) and set(document) == {"suppressions"}
    entries = document["suppressions"] if is_wrapped and isinstance(document, Mapping) else document
    if not isinstance(entries, list):
        shown = ", ".join(map(str, entries)) if isinstance(entries, Mapping) else entries
        raise InvalidInputError("the document", shown, "a list of suppressions, or one under the key 'suppressions'")
    return entries


def parse_author(text: str) -> str:
    """Read who makes a suppression. Raises InvalidInputError."""
    try:
        return values.parse_author(text)
    except ValueError as error:
        raise InvalidInputError("the author", text, ALLOWED["createdBy"]) from error


class _Reader:
    """Reads one suppression and collects its faults."""

    def __init__(self, fields: object, place: str, entry: int = 0) -> None:
        self._is_mapping = isinstance(fields, Mapping)
        self._fields: Mapping[Any, Any] = fields if isinstance(fields, Mapping) else {}
        self._entry = entry
        self.faults: list[Fault] = []
        named: Any = self._fields.get("id")
        self.id = named if values.is_id(named) else ""
        self._name = f"suppression {self.id}" if self.id else place
        if not self._is_mapping:
            self._add("", InvalidInputError(place, fields, f"a mapping of {', '.join(ALLOWED)}"))

    def suppression(self, created_by: str, created_at: datetime) -> Suppression:
        """Return the suppression, which is valid only when there are no faults."""
        for key in self._fields:
            if key not in ALLOWED:
                self._add(str(key), InvalidInputError(f"a key of {self._name}", key, ", ".join(ALLOWED)))
        suppression = Suppression(
            id=self._read("id", values.parse_id, ""),
            cve=self._read("cve", values.parse_glob, ""),
            reason=self._read("reason", values.parse_reason, ""),
            until=self._read("until", values.parse_until, None),
            created_by=self._read("createdBy", values.parse_author, created_by),
            created_at=self._read("createdAt", values.parse_moment, created_at),
            repository=self._read("repository", values.parse_glob, None),
            tag=self._read("tag", values.parse_glob, None),
            package=self._read("package", values.parse_glob, None),
            most_severity=self._read("severity", values.parse_severity, None),
            kind=self._read("kind", values.parse_kind, DEFAULT_KIND),
            justification=self._read("justification", values.parse_justification, None),
        )
        self._check_justification(suppression)
        return suppression

    def _check_justification(self, suppression: Suppression) -> None:
        is_kind_wrong = any(fault.key == "kind" for fault in self.faults)
        if suppression.justification and suppression.kind not in JUSTIFIED_KINDS and not is_kind_wrong:
            allowed = f"none with the kind {suppression.kind}: only {' and '.join(sorted(JUSTIFIED_KINDS))} have one"
            name, value = f"justification of {self._name}", suppression.justification.value
            self._add("justification", InvalidInputError(name, value, allowed))

    def _read(self, key: str, parse: Callable[[Any], Value], default: Value) -> Value:
        name = f"{key} of {self._name}"
        if key not in self._fields:
            if key in REQUIRED and self._is_mapping:
                self._add("", MissingInputError(name, ALLOWED[key]))
            return default
        try:
            return parse(self._fields[key])
        except (ValueError, OverflowError):
            self._add(key, InvalidInputError(name, self._fields[key], ALLOWED[key]))
            return default

    def _add(self, key: str, error: InvalidInputError) -> None:
        self.faults.append(Fault(error, self._entry, key))
