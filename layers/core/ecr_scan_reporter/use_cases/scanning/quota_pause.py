"""The pause of a registry whose daily quota of scans is used up. All jobs of the registry share it in the ledger."""

from datetime import datetime, timedelta

from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.use_cases.scanning.ports import Ledger

# ECR does not say when the day of its quota ends, so one job in an hour tries a scan.
QUOTA_PAUSE = timedelta(hours=1)


class QuotaPause:
    """The pause as one job sees it. The first job that meets the quota writes it. One thread calls it."""

    def __init__(self, ledger: Ledger, repository: Repository, now: datetime) -> None:
        self._ledger = ledger
        self._repository = repository
        self._now = now
        self._is_on = False
        self.is_read = False

    def read(self) -> bool:
        """Return whether another job has met the quota within the last hour. Call it before the first scan."""
        until = self._ledger.paused_until(self._repository)
        # A date further ahead is wrong: no job writes one.
        self._is_on = until is not None and self._now < until <= self._now + QUOTA_PAUSE * 2
        self.is_read = True
        return self._is_on

    def begin(self) -> bool:
        """Pause the registry for an hour; return False when the pause was on already."""
        if self._is_on:
            return False
        self._is_on = True
        self._ledger.pause(self._repository, self._now + QUOTA_PAUSE)
        return True
