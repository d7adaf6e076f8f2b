"""The last scans of a repository during a job: read from the ledger, recorded, and written back in batches."""

import threading
from collections.abc import Iterator
from datetime import datetime

from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.ledger.remember import usable
from ecr_scan_reporter.domain.registry.images import Image, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan
from ecr_scan_reporter.domain.scanning.due import SCAN_QUOTA_PERIOD
from ecr_scan_reporter.use_cases.scanning.ports import Ledger

LEDGER_BATCH = 25


class LedgerSession:
    """The ledger of one repository during one job. Any thread may call `record`, one thread the other methods."""

    def __init__(self, ledger: Ledger, repository: Repository, now: datetime) -> None:
        self._ledger = ledger
        self._repository = repository
        self._now = now
        self._lock = threading.Lock()
        self._unwritten: dict[str, LastScan] = {}
        # Records whose image the job has not met in the repository, or not yet.
        self._unseen: dict[str, LastScan] = {}

    def read(self, records: Iterator[tuple[str, LastScan]]) -> None:
        """Take the records of the ledger, by digest."""
        self._unseen = dict(records)

    def last_scan(self, image: Image) -> LastScan | None:
        """Return the usable record of an image, None without one. Call it once for each image of the repository."""
        # The record of an archived image is useless: the image counts as unseen, so its record is deleted.
        recorded = None if image.is_archived else self._unseen.pop(image.digest, None)
        return usable(recorded)

    def record(self, digest: str, scan: LastScan) -> None:
        """Record a last scan for the next write."""
        with self._lock:
            self._unwritten[digest] = scan

    def write_batch(self) -> None:
        """Write the records when they fill one request."""
        if len(self._unwritten) >= LEDGER_BATCH:
            self.write()

    def write(self) -> None:
        """Write all records. After an error, they stay for another attempt."""
        with self._lock:
            records, self._unwritten = self._unwritten, {}
        if not records:
            return
        try:
            self._ledger.remember(self._repository, records, self._now)
        except BaseException:
            with self._lock:
                self._unwritten = records | self._unwritten
            raise

    def forget_gone(self) -> None:
        """Delete the records of images that are gone. Call it after the last image of the repository."""
        # A record of the last day may be of an image that was pushed and scanned during the listing.
        gone = [d for d, scan in self._unseen.items() if not scan.at or self._now - scan.at > SCAN_QUOTA_PERIOD]
        self._ledger.forget(self._repository, gone)

    def record_coverage(self, coverage: RepositoryCoverage) -> None:
        """Write the coverage of the whole repository."""
        self._ledger.record_coverage(coverage, self._now)
