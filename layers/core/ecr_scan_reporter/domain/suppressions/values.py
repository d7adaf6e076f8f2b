"""The values that each key of a suppression may have.

The parsers raise ValueError or OverflowError; ALLOWED describes the right values.
"""

import re
from datetime import UTC, date, datetime
from typing import Any, TypeGuard
from unicodedata import category

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import FIXED, NEVER, End
from ecr_scan_reporter.domain.suppressions.kinds import DEFAULT_KIND, Justification, SuppressionKind
from ecr_scan_reporter.errors import InvalidInputError

MAX_GLOB, MAX_REASON, MAX_NAME = 512, 1000, 512
A_GLOB = f"a text of 1 to {MAX_GLOB} characters, without control characters and without spaces around it"
ALLOWED = {
    "id": "1 to 128 characters of A-Z a-z 0-9 . _ -",
    "cve": A_GLOB,
    "repository": A_GLOB,
    "tag": A_GLOB,
    "package": A_GLOB,
    "severity": f"one of {', '.join(Severity)}",
    "kind": f"one of {', '.join(SuppressionKind)} (without the key it is {DEFAULT_KIND})",
    "justification": f"one of {', '.join(Justification)}",
    "reason": f"a text of 1 to {MAX_REASON} characters, without control characters",
    "until": (
        "a date such as 2026-03-31, the last day on which the suppression holds, "
        f"{FIXED.value} for as long as no fix is known, or {NEVER} "
        "(only the command add also takes a time from today, such as 90d)"
    ),
    "createdBy": f"a text of 1 to {MAX_NAME} characters, without control characters and without spaces around it",
    "createdAt": "a moment such as 2026-01-31T12:00:00Z",
}

_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_WITHOUT_DAY = {NEVER: None, FIXED.value: FIXED}
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def parse_text(value: Any, most: int) -> str:
    """Read a text of at most so many characters."""
    # A number is not taken for a text: most readers of YAML make 1.1 of the tag 1.10.
    if not isinstance(value, str) or not 0 < len(value) <= most or value != value.strip():
        raise ValueError
    if any(category(character) in ("Cc", "Cs") for character in value):
        raise ValueError
    return value


def is_id(value: Any) -> TypeGuard[str]:
    """Tell whether a value may be the id of a suppression."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def parse_id(value: Any) -> str:
    """Read an id."""
    if not is_id(value):
        raise ValueError
    return value


def parse_glob(value: Any) -> str:
    """Read a glob."""
    return parse_text(value, MAX_GLOB)


def parse_reason(value: Any) -> str:
    """Read a reason, as one line."""
    return parse_text(" ".join(value.split()) if isinstance(value, str) else value, MAX_REASON)


def parse_author(value: Any) -> str:
    """Read who made a suppression."""
    return parse_text(value, MAX_NAME)


def parse_severity(value: Any) -> Severity:
    """Read a severity, in any case."""
    return Severity(value.upper() if isinstance(value, str) else value)


def parse_kind(value: Any) -> SuppressionKind:
    """Read a kind, in any case."""
    return SuppressionKind(value.lower() if isinstance(value, str) else value)


def parse_justification(value: Any) -> Justification:
    """Read a justification, in any case."""
    return Justification(value.lower() if isinstance(value, str) else value)


def parse_until(value: Any) -> End:
    """Read the end of a suppression."""
    if isinstance(value, str) and value.lower() in _WITHOUT_DAY:
        return _WITHOUT_DAY[value.lower()]
    if isinstance(value, str) and _DATE.fullmatch(value):
        return date.fromisoformat(value)
    return value if isinstance(value, date) and not isinstance(value, datetime) else parse_moment(value).date()


def last_day(until: str, today: date) -> str:
    """Return the day that a time from today (`90d`, `6m`) ends on; any other text as it is."""
    try:
        duration = parse_duration(until)
    except InvalidInputError:
        return until
    return duration.after(datetime(today.year, today.month, today.day, tzinfo=UTC)).date().isoformat()


def parse_moment(value: Any) -> datetime:
    """Read a moment; one without a zone is in UTC."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - its zone is set below
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(parse_text(value, MAX_NAME))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
