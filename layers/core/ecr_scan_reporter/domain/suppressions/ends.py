"""When a suppression ends: after a day, for each finding with the first fix that is known of it, or never."""

from datetime import date
from enum import Enum
from typing import Any, Final

NEVER = "never"


class UntilFixed(Enum):
    """The end of a suppression that holds for a finding as long as no fix of it is known."""

    FIXED = "fixed"


FIXED: Final = UntilFixed.FIXED

End = date | UntilFixed | None
"""The last day (UTC), FIXED, or None for a suppression without end.

Only enhanced scanning knows of fixes: with basic scanning FIXED is the same as without end.
"""


def end_text(end: End) -> str:
    """Write an end as the files have it."""
    if isinstance(end, date):
        return end.isoformat()
    return NEVER if end is None else end.value


def end_document(end: End) -> dict[str, Any]:
    """Write an end as members of a message: `until` is a day or null; `untilFixed` is there for FIXED alone."""
    day = end.isoformat() if isinstance(end, date) else None
    return {"until": day, "untilFixed": True} if end is FIXED else {"until": day}


def describe_end(end: End) -> str:
    """Say until when a suppression holds."""
    if isinstance(end, date):
        return f"until {end.isoformat()}"
    return "without end" if end is None else "until a fix is available"
