"""Which moments can be true of something that has happened."""

from datetime import UTC, datetime, timedelta

# Clocks differ, and a date without its zone is off by less than a day.
MAX_AHEAD = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_plausible(moment: datetime, now: datetime) -> bool:
    """False for a moment before 1970, or more than a day ahead: believed, it would outlast everything that follows."""
    return EPOCH <= moment <= now + MAX_AHEAD
