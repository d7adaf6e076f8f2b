"""Stands in where there is no ledger table."""
# ruff: noqa: ARG002 - the methods are those of the ledger

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ecr_scan_reporter.domain.images import Repository
from ecr_scan_reporter.domain.scan_records import RepositoryCoverage
from ecr_scan_reporter.domain.scan_status import LastScan


class NoLedger:
    """Nothing is known and nothing is remembered, so ECR is asked image by image."""

    def last_scans(self, repository: Repository, digests: Sequence[str] | None = None) -> dict[str, LastScan]:
        """Return nothing."""
        return {}

    def remember(self, repository: Repository, scans: Mapping[str, LastScan], now: datetime) -> None:
        """Forget it."""

    def forget(self, repository: Repository, digests: Iterable[str]) -> None:
        """Do nothing: nothing is known."""

    def record_coverage(self, coverage: RepositoryCoverage, now: datetime) -> None:
        """Forget it."""

    def paused_until(self, repository: Repository) -> datetime | None:
        """Return None: each job finds out for itself."""
        return None

    def pause(self, repository: Repository, until: datetime) -> None:
        """Forget it."""

    def spend(self, repository: Repository, wanted: int, budget: int, now: datetime) -> int:
        """Grant each job the whole budget: nobody remembers what others have spent."""
        return min(wanted, budget)

    def refund(self, repository: Repository, unused: int, now: datetime) -> None:
        """Forget it."""
