"""The ledger without a table."""
# ruff: noqa: ARG002 - the methods are those of the ledger

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan


class NoLedger:
    """Stores nothing but the scans that this process has spent, so a job asks ECR about each image."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spent: Counter[tuple[str, str, date]] = Counter()

    def last_scans(
        self, repository: Repository, digests: Sequence[str] | None = None
    ) -> Iterator[tuple[str, LastScan]]:
        """Yield nothing."""
        return iter(())

    def remember(self, repository: Repository, scans: Mapping[str, LastScan], now: datetime) -> None:
        """Do nothing."""

    def forget(self, repository: Repository, digests: Iterable[str]) -> None:
        """Do nothing."""

    def record_coverage(self, coverage: RepositoryCoverage, now: datetime) -> None:
        """Do nothing."""

    def paused_until(self, repository: Repository) -> datetime | None:
        """Return None: each job meets the quota by itself."""
        return None

    def pause(self, repository: Repository, until: datetime) -> None:
        """Do nothing."""

    def spend(self, repository: Repository, wanted: int, budget: int, now: datetime) -> int:
        """Take up to `wanted` scans from the budget of this process for this day (UTC); return how many were left."""
        with self._lock:
            granted = max(min(wanted, budget - self._spent[_account(repository, now)]), 0)
            self._spent[_account(repository, now)] += granted
            return granted

    def refund(self, repository: Repository, unused: int, now: datetime) -> None:
        """Give back scans that were taken and not started."""
        with self._lock:
            self._spent[_account(repository, now)] -= unused


def _account(repository: Repository, now: datetime) -> tuple[str, str, date]:
    return repository.registry_id, repository.region, now.astimezone(UTC).date()
