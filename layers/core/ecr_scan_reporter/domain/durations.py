"""Durations in months, weeks, days and hours (`1m`, `2w3d`, `36h`), such as the age at which a scan expires."""

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from ecr_scan_reporter.errors import InvalidInputError

_UNITS = r"(?:(\d{1,4})m)?(?:(\d{1,4})w)?(?:(\d{1,4})d)?(?:(\d{1,4})h)?"
_PATTERN = re.compile(_UNITS, re.ASCII)
ALLOWED = (
    "months, weeks, days and hours in this order, each optional, at least one, with at most four digits: "
    "for example '1m', '2w3d', '10d' or '36h'"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time from a moment, back or ahead; a month is a calendar month."""

    months: int = 0
    hours: int = 0

    def before(self, moment: datetime) -> datetime:
        """Return the moment that lies this long before `moment` (31 March less `1m` is the last day of February)."""
        return _in_month(moment, -self.months) - timedelta(hours=self.hours)

    def after(self, moment: datetime) -> datetime:
        """Return the moment that lies this long after `moment` (31 January and `1m` is the last day of February)."""
        return _in_month(moment, self.months) + timedelta(hours=self.hours)

    def __str__(self) -> str:
        days, hours = divmod(self.hours, 24)
        weeks, days = divmod(days, 7)
        units = ((self.months, "m"), (weeks, "w"), (days, "d"), (hours, "h"))
        return "".join(f"{number}{unit}" for number, unit in units if number) or "0h"


def _in_month(moment: datetime, months: int) -> datetime:
    month = moment.year * 12 + moment.month - 1 + months
    year, month = month // 12, month % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)


def parse_duration(text: str, name: str = "duration") -> Duration:
    """Parse a duration. Raises InvalidInputError, which calls the text by `name`."""
    match = _PATTERN.fullmatch(text.strip())
    if not match or not any(match.groups()):
        raise InvalidInputError(name, text, ALLOWED)
    months, weeks, days, hours = (int(group or 0) for group in match.groups())
    return Duration(months=months, hours=(weeks * 7 + days) * 24 + hours)
