"""Readers of environment variables. A wrong value raises InvalidInputError.

An empty variable counts as unset: CloudFormation writes one for an empty parameter.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import OFF, RATED_SEVERITIES, Thresholds, parse_threshold
from ecr_scan_reporter.errors import InvalidInputError, MissingInputError

Environment = Mapping[str, str]
Choice = TypeVar("Choice", bound=StrEnum)

_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})


def text(environment: Environment, name: str, default: str) -> str:
    """Read a text."""
    return environment.get(name, "").strip() or default


def required(environment: Environment, name: str, meaning: str) -> str:
    """Read a required text. Raises MissingInputError with its meaning."""
    value = text(environment, name, "")
    if not value:
        raise MissingInputError(name, meaning)
    return value


def number(environment: Environment, name: str, *, default: int, lowest: int, highest: int = 1_000_000_000) -> int:
    """Read a whole number within limits."""
    value = text(environment, name, str(default))
    if not value.isascii() or not value.isdecimal() or not lowest <= int(value) <= highest:
        raise InvalidInputError(name, value, f"a whole number from {lowest} to {highest}")
    return int(value)


def thresholds(environment: Environment) -> Thresholds:
    """Read the thresholds, each from the variable that is called as its severity; `off` switches one off."""
    defaults = dict.fromkeys(RATED_SEVERITIES, "0") | {Severity.UNDEFINED: OFF}
    read = {
        severity: parse_threshold(text(environment, severity.value, default), severity.value)
        for severity, default in defaults.items()
    }
    return {severity: threshold for severity, threshold in read.items() if threshold is not None}


def limit(environment: Environment, name: str) -> int | None:
    """Read a limit, None for 0 or an unset variable."""
    return number(environment, name, default=0, lowest=0) or None


def optional_duration(environment: Environment, name: str) -> Duration | None:
    """Read a duration, None for an unset variable."""
    value = text(environment, name, "")
    return parse_duration(value, name) if value else None


def boolean(environment: Environment, name: str, *, default: bool) -> bool:
    """Read true or false, 1 or 0, yes or no, in any case."""
    value = text(environment, name, str(default))
    if value.lower() not in _TRUE | _FALSE:
        raise InvalidInputError(name, value, "true or false, 1 or 0, yes or no")
    return value.lower() in _TRUE


def choice(environment: Environment, name: str, default: Choice) -> Choice:
    """Read a member of the enumeration of `default`, in any case."""
    value = text(environment, name, default.value)
    choices = type(default)
    if value.upper() not in choices.__members__:
        raise InvalidInputError(name, value, f"one of {', '.join(choices.__members__)}")
    return choices[value.upper()]
