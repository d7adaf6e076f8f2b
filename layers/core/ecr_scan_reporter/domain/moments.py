"""Moments: how they are written, and which are plausible for something that has happened."""

from datetime import UTC, datetime, timedelta

# Clocks differ, and a date without a time zone is off by less than a day.
MAX_AHEAD = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_plausible(moment: datetime, now: datetime) -> bool:
    """Return False for a moment before 1970 or more than a day ahead: a stored one would outlast all later ones."""
    return EPOCH <= moment <= now + MAX_AHEAD


def format_moment(moment: datetime | None) -> str | None:
    """Write a moment in UTC, to the second, as ISO 8601."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
