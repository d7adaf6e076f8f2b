"""The scans that a job may start: its share of what the registry may start in a day."""

import threading
from datetime import datetime

from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.use_cases.scanning.ports import Ledger

# Taken from the ledger at a time where nobody knows how many are due: each time twice as many, up to a part of the
# day's. What one job holds and does not need is missing to those that run beside it.
FIRST_TAKEN, MAX_PART = 25, 100


class Budget:
    """Hands out scans to the threads of a job, a few at a time taken from the registry's budget of the day.

    `share` is how many this job may start before others get their turn; where it is all of them, the day's end them.
    """

    def __init__(self, ledger: Ledger, repository: Repository, *, per_day: int, share: int, now: datetime) -> None:
        self._ledger = ledger
        self._repository = repository
        self._per_day = per_day
        self._share = share
        self._now = now
        self._lock = threading.Lock()
        self._granted = self._taken = 0
        self._most_taken = max(1, per_day // MAX_PART)
        self._next_taken = min(FIRST_TAKEN, self._most_taken)
        self._is_spent = False

    def expect(self, scans: int) -> None:
        """Tell how many scans will be asked for, and take just these."""
        with self._lock:
            self._take_from_ledger(scans)

    def take(self) -> StartScanResult | None:
        """Take one scan; return why that is not possible."""
        with self._lock:
            if self._taken >= self._share < self._per_day:
                return StartScanResult.POSTPONED
            if self._granted == self._taken:
                self._take_from_ledger(self._next_taken)
                self._next_taken = min(self._next_taken * 2, self._most_taken)
            if self._granted == self._taken:
                return StartScanResult.OVER_BUDGET
            self._taken += 1
            return None

    def put_back(self) -> None:
        """Put back one scan that was taken and not started."""
        with self._lock:
            self._taken -= 1

    def close(self) -> None:
        """Give the registry back what was not used."""
        with self._lock:
            unused, self._granted = self._granted - self._taken, self._taken
        if unused:
            self._ledger.refund(self._repository, unused, self._now)

    def _take_from_ledger(self, scans: int) -> None:
        wanted = min(scans, self._share - self._granted)
        if wanted > 0 and not self._is_spent:
            granted = self._ledger.spend(self._repository, wanted, self._per_day, self._now)
            self._granted += granted
            self._is_spent = granted < wanted
