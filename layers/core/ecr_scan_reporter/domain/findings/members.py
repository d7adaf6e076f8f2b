"""The members of a JSON object, read with errors that name the member, its value and what is allowed."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any, TypeVar

from ecr_scan_reporter.errors import InvalidInputError

Value = TypeVar("Value")


class Members:
    """The members of one JSON object, whose name is part of each error. Raises InvalidInputError."""

    def __init__(self, value: object, name: str) -> None:
        if not isinstance(value, Mapping):
            raise InvalidInputError(name, value, "a JSON object")
        self._members: Mapping[Any, Any] = value
        self._name = name

    def __contains__(self, key: str) -> bool:
        return key in self._members

    def value(self, key: str) -> Any:
        """Return any value, None where it is absent."""
        return self._members.get(key)

    def text(self, key: str) -> str:
        """Return a text that must not be empty."""
        value = self.value(key)
        if not isinstance(value, str) or not value:
            raise self._error(key, "a text that is not empty")
        return value

    def optional_text(self, key: str) -> str:
        """Return a text, empty where it is absent."""
        value = self._members.get(key, "")
        if not isinstance(value, str):
            raise self._error(key, "a text")
        return value

    def number(self, key: str) -> float | None:
        """Return a finite number, None where it is absent."""
        value = self.value(key)
        if value is None:
            return None
        try:
            # JSON's true is a number to Python, and its numbers may be larger than a float.
            number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")
        except OverflowError as error:
            raise self._error(key, "a finite number") from error
        if not isfinite(number):
            raise self._error(key, "a finite number")
        return number

    def boolean(self, key: str) -> bool | None:
        """Return true or false, None where it is absent."""
        value = self.value(key)
        if value is not None and not isinstance(value, bool):
            raise self._error(key, "true or false")
        return value

    def moment(self, key: str) -> datetime | None:
        """Return a moment in UTC, None where it is absent."""
        text = self.value(key)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError("no time zone")
            return moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError) as error:
            raise self._error(key, "a moment with its time zone, such as 2026-01-31T12:00:00Z") from error

    def day(self, key: str) -> date | None:
        """Return a day, None where it is absent."""
        text = self.value(key)
        try:
            return None if text is None else date.fromisoformat(text)
        except (TypeError, ValueError) as error:
            raise self._error(key, "a day such as 2026-01-31") from error

    def each(self, key: str, parse: Callable[[object, str], Value]) -> tuple[Value, ...]:
        """Return what `parse` makes of each entry of a list, which gets the entry and its name."""
        entries = self.value(key)
        if not isinstance(entries, list):
            raise self._error(key, "a list")
        return tuple(parse(entry, f"{key}[{place}] of {self._name}") for place, entry in enumerate(entries))

    def _error(self, key: str, allowed: str) -> InvalidInputError:
        return InvalidInputError(f"{key} of {self._name}", self.value(key), allowed)
