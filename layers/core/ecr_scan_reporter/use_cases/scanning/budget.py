"""The budget of a job: its share of the scans that the registry may start in a day."""

import threading
from datetime import datetime

from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.use_cases.scanning.ports import Ledger

# Scans that a job grants itself at a time while it does not know how many are due: 25, then twice as many each time, up
# to a hundredth of the day's. Jobs beside it miss what it holds and does not need.
FIRST_GRANT, MAX_PART = 25, 100


class Budget:
    """Takes scans from the registry's budget of the day, several at a time, and hands them to the threads of a job.

    `per_day` is the registry's budget. `share` is the number of scans of this job before the others get their turn,
    without those of images that come first across the registry.
    """

    def __init__(self, ledger: Ledger, repository: Repository, *, per_day: int, share: int, now: datetime) -> None:
        self._ledger = ledger
        self._repository = repository
        self._per_day = per_day
        self._share = share
        self._now = now
        self._lock = threading.Lock()
        self._granted = self._used = 0
        self._max_grant = max(1, per_day // MAX_PART)
        self._next_grant = min(FIRST_GRANT, self._max_grant)
        self._is_spent = False

    def expect(self, scans: int, first: int = 0) -> None:
        """Take the number of scans that are due from the registry's budget; add those that come first to the share."""
        with self._lock:
            self._share = min(self._share + first, self._per_day)
            self._take_from_ledger(scans)

    def take(self) -> StartScanResult | None:
        """Take one scan; return the result POSTPONED or OVER_BUDGET when there is none left to take."""
        with self._lock:
            if self._used >= self._share < self._per_day:
                return StartScanResult.POSTPONED
            if self._granted == self._used:
                self._take_from_ledger(self._next_grant)
                self._next_grant = min(self._next_grant * 2, self._max_grant)
            if self._granted == self._used:
                return StartScanResult.OVER_BUDGET
            self._used += 1
            return None

    def put_back(self) -> None:
        """Put back one scan that did not start."""
        with self._lock:
            self._used -= 1

    def close(self) -> None:
        """Refund the unused scans to the registry."""
        with self._lock:
            unused, self._granted = self._granted - self._used, self._used
        if unused:
            self._ledger.refund(self._repository, unused, self._now)

    def _take_from_ledger(self, scans: int) -> None:
        wanted = min(scans, self._share - self._granted)
        if wanted > 0 and not self._is_spent:
            granted = self._ledger.spend(self._repository, wanted, self._per_day, self._now)
            self._granted += granted
            self._is_spent = granted < wanted
