"""How long a command waits: in hours, minutes and seconds."""

import re
from datetime import timedelta

from ecr_scan_reporter.errors import InvalidInputError

MAX_TIMEOUT = timedelta(days=1)
ALLOWED = "hours, minutes and seconds in this order, each optional, at most 24h: for example 90s, 15m or 1h30m"
_PATTERN = re.compile(r"(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,5})s)?", re.ASCII)


def parse_timeout(text: str, name: str = "the timeout") -> timedelta:
    """Read a time to wait; `m` is a minute here. Raises InvalidInputError."""
    match = _PATTERN.fullmatch(text.strip().lower())
    hours, minutes, seconds = (int(group or 0) for group in match.groups()) if match else (0, 0, 0)
    timeout = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if not match or not any(match.groups()) or timeout > MAX_TIMEOUT:
        raise InvalidInputError(name, text, ALLOWED)
    return timeout


def describe_length(length: timedelta) -> str:
    """Write a length of time as it is read: '15m', '1h30m', '0s'."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"
