"""What a job knows of last scans, and what it learns: written in batches, whatever happens."""

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
    """The ledger of one repository during one job. `learn` may be called by any thread, the rest by one."""

    def __init__(self, ledger: Ledger, repository: Repository, now: datetime) -> None:
        self._ledger = ledger
        self._repository = repository
        self._now = now
        self._lock = threading.Lock()
        self._learned: dict[str, LastScan] = {}
        # What the ledger knows and was not seen in the repository (yet).
        self._unseen: dict[str, LastScan] = {}

    def read(self, known: Iterator[tuple[str, LastScan]]) -> None:
        """Take what the ledger knows."""
        self._unseen = dict(known)

    def last_scan(self, image: Image) -> LastScan | None:
        """Return what is known of an image's last scan, once for each image."""
        # What is known of an archived image is of no use any more: it counts as unseen.
        recorded = None if image.is_archived else self._unseen.pop(image.digest, None)
        return usable(recorded)

    def learn(self, digest: str, scan: LastScan) -> None:
        """Remember what was found out about an image: what was started is written, whatever happens after it."""
        with self._lock:
            self._learned[digest] = scan

    def write_batch(self) -> None:
        """Write what was learned when it is enough for one request."""
        if len(self._learned) >= LEDGER_BATCH:
            self.write()

    def write(self) -> None:
        """Write what was learned; what could not be written is kept for another attempt."""
        with self._lock:
            learned, self._learned = self._learned, {}
        if not learned:
            return
        try:
            self._ledger.remember(self._repository, learned, self._now)
        except BaseException:
            with self._lock:
                self._learned = learned | self._learned
            raise

    def forget_gone(self) -> None:
        """Forget the images that were not seen, when all were looked at."""
        # What was pushed and scanned while the images were listed was not seen either.
        gone = [d for d, scan in self._unseen.items() if not scan.at or self._now - scan.at > SCAN_QUOTA_PERIOD]
        self._ledger.forget(self._repository, gone)

    def record_coverage(self, coverage: RepositoryCoverage) -> None:
        """Write what was seen of the whole repository."""
        self._ledger.record_coverage(coverage, self._now)
