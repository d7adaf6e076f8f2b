"""Of when KEV and EPSS are, in words: where their values are shown, so is their age."""

from collections.abc import Iterator
from datetime import datetime

from ecr_scan_reporter.domain.exploits.known import FeedCopy
from ecr_scan_reporter.domain.exploits.scores import ATTRIBUTION
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo

# FIRST asks to be named where EPSS is shown.
_EPSS = f"({ATTRIBUTION})"


def describe_feeds(info: SnapshotInfo, now: datetime, *, names_unknown: bool = True) -> Iterator[str]:
    """Yield a line such as 'KEV of 2026-11-20, EPSS of 2026-11-20 (https://www.first.org/epss)'.

    A copy that is older than two days has a line of its own, and so has a feed that is unknown, with `names_unknown`.
    """
    known = [f"KEV of {_day(info.kev)}"] if info.kev else []
    known += [f"EPSS of {_day(info.epss)} {_EPSS}"] if info.epss else []
    if known:
        yield ", ".join(known)
    for name, copy in (("KEV", info.kev), ("EPSS", info.epss)):
        if copy and copy.is_old(now):
            yield f"{name} is old: it could not be fetched since {copy.fetched_at:%Y-%m-%d}"
    if names_unknown:
        if not info.kev:
            yield "KEV is unknown: KEV is off or was never fetched"
        if not info.epss:
            yield f"EPSS is unknown: EPSS is off or was never fetched. A value is Amazon Inspector's {_EPSS}"


def _day(copy: FeedCopy) -> str:
    return f"{copy.as_of:%Y-%m-%d}"
