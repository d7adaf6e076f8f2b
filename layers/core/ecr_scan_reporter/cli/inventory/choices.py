"""Options whose values are the members of an enumeration, written as options are: `never-scanned`."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any

import click

from ecr_scan_reporter.cli.parameters import Parsed
from ecr_scan_reporter.domain.durations import parse_duration

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Members(click.Choice[Any]):
    """The members of an enumeration by their values, in any case, with or without hyphens."""

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Return the value as an option has it: `never-scanned` for `neverScanned`, and for `NEVER_SCANNED`."""
        text = str(choice.value) if isinstance(choice, Enum) else str(choice)
        return _HUMP.sub("-", text).replace("_", "-").lower()


DURATION = Parsed("duration", parse_duration)


def parse_moment(text: str) -> Callable[[datetime], datetime]:
    """Read a day (2026-01-31, its beginning in UTC), or a time back from now (7d): return the moment, given the time.

    Raises InvalidInputError.
    """
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return parse_duration(text, "moment").before
    return lambda _now: datetime.combine(day, time(), UTC)


MOMENT = Parsed("moment", parse_moment)
