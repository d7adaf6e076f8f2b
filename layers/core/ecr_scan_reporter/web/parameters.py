"""The parameters of a query: what each means, which values are allowed, how they are read."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.inventory.selection import DEFAULT_PAGE
from ecr_scan_reporter.domain.text import is_unicode
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.web.problems import InvalidRequestError

Choice = TypeVar("Choice", bound=StrEnum)
Parse = Callable[[str, str], Any]
"""Reads the value of a parameter, given it and the name. Raises InvalidInputError."""

MAX_LIMIT = 1000
MAX_TEXT = 512
_OF_A_CURSOR = re.compile("[A-Za-z0-9_-]+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


DURATION: Mapping[str, Any] = {
    "type": "string",
    "minLength": 2,
    "pattern": "^([0-9]{1,4}m)?([0-9]{1,4}w)?([0-9]{1,4}d)?([0-9]{1,4}h)?$",
}
"""The JSON Schema of a duration."""
_MOMENT = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}, DURATION]}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query. `schema` is its JSON Schema in OpenAPI; `is_list`: it may be given more than once."""

    name: str
    description: str
    parse: Parse
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    default: Any = None
    is_list: bool = False


def read_parameters(declared: Iterable[Parameter], query: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the values by name, defaults where a parameter is not given.

    Raises InvalidRequestError with all faults: wrong values, unknown names, and names that are there twice.
    """
    known = {parameter.name: parameter for parameter in declared}
    values: dict[str, Any] = {name: () if each.is_list else each.default for name, each in known.items()}
    faults: list[InvalidInputError] = []
    seen: set[str] = set()
    for name, text in query:
        parameter = known.get(name)
        if parameter is None:
            allowed = f"one of {', '.join(known)}" if known else "none: this address has no parameters"
            faults.append(InvalidInputError("parameter", name, allowed))
        elif name in seen and not parameter.is_list:
            faults.append(InvalidInputError(name, text, "given once"))
        else:
            seen.add(name)
            try:
                value = _parsed(parameter, text)
            except InvalidInputError as error:
                faults.append(error)
            else:
                values[name] = (*values[name], value) if parameter.is_list else value
    if faults:
        raise InvalidRequestError(faults)
    return values


def _parsed(parameter: Parameter, text: str) -> Any:
    if not is_unicode(text) or "\x00" in text:
        raise InvalidInputError(parameter.name, text, "a text in UTF-8")
    return parameter.parse(text, parameter.name)


def text(name: str, description: str, longest: int = MAX_TEXT) -> Parameter:
    """Return a parameter that is a text."""

    def parse(value: str, name: str) -> str:
        if not 1 <= len(value) <= longest:
            raise InvalidInputError(name, value, f"a text of 1 to {longest} characters")
        return value

    schema = {"type": "string", "minLength": 1, "maxLength": longest, "pattern": r"^[^\u0000]+$"}
    return Parameter(name, description, parse, schema)


def boolean(name: str, description: str) -> Parameter:
    """Return a parameter that is true or false."""
    return Parameter(name, description, _boolean, {"type": "boolean"})


def _boolean(value: str, name: str) -> bool:
    if value not in ("true", "false"):
        raise InvalidInputError(name, value, "true or false")
    return value == "true"


def choice(
    name: str, description: str, choices: type[Choice], *, default: Choice | None = None, is_list: bool = False
) -> Parameter:
    """Return a parameter that is a member of an enumeration, by its value in any case, with or without hyphens."""
    by_name = {_plain(member.value): member for member in choices}

    def parse(value: str, name: str) -> Choice:
        member = by_name.get(_plain(value))
        if member is None:
            raise InvalidInputError(name, value, f"one of {', '.join(choices)}")
        return member

    schema: dict[str, Any] = {"type": "string", "enum": [member.value for member in choices]}
    if default is not None:
        schema["default"] = default.value
    return Parameter(name, description, parse, schema, default, is_list)


def _plain(value: str) -> str:
    return value.replace("-", "").replace("_", "").lower()


def duration(name: str, description: str, default: Duration | None = None) -> Parameter:
    """Return a parameter that is a length of time: `90d`."""
    return Parameter(name, description, lambda value, name: parse_duration(value, name), DURATION, default)


def day(name: str, description: str) -> Parameter:
    """Return a parameter that is a day: `2026-01-31`."""
    return Parameter(name, description, _day, {"type": "string", "format": "date"})


def _day(value: str, name: str) -> date:
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise InvalidInputError(name, value, "a day, such as 2026-01-31")


Moment = Callable[[datetime], datetime]


def moment(name: str, description: str) -> Parameter:
    """Return a parameter that is a moment: a day (its beginning, UTC), a moment, or a duration back from a moment."""
    return Parameter(name, description, _moment, _MOMENT)


def _moment(value: str, name: str) -> Moment:
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            at = datetime.combine(at.date(), time(), UTC) if len(value) == len("2026-01-31") else at.replace(tzinfo=UTC)
        fixed = at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    else:
        return lambda _now: fixed
    try:
        return parse_duration(value, name).before
    except InvalidInputError as error:
        allowed = "a day (2026-01-31), a moment (2026-01-31T12:00:00Z), or a duration back (7d)"
        raise InvalidInputError(name, value, allowed) from error


def _limit(value: str, name: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 4 and 1 <= int(value) <= MAX_LIMIT):
        raise InvalidInputError(name, value, f"a whole number from 1 to {MAX_LIMIT}")
    return int(value)


LIMIT = Parameter(
    "limit",
    "How many items a page has.",
    _limit,
    {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_PAGE},
    DEFAULT_PAGE,
)


def _cursor(value: str, name: str) -> str:
    if not _OF_A_CURSOR.fullmatch(value):
        raise InvalidInputError(name, value, "the one of the page before")
    return value


CURSOR = Parameter(
    "cursor",
    "The `next` of the page before. It holds for the same question, and until the next snapshot (then status 410).",
    _cursor,
    {"type": "string", "pattern": f"^{_OF_A_CURSOR.pattern}$"},
)
