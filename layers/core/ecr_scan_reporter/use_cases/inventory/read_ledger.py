"""Read what the ledger knows of the scans: all of it, or what its journal names."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from ecr_scan_reporter.domain.ledger.entries import ImageState, LedgerEntry, RecordedChange
from ecr_scan_reporter.domain.ledger.journal import JournalEntry
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.snapshot.writing.builder import SnapshotBuilder
from ecr_scan_reporter.use_cases.inventory.in_time import InTime

# Who writes a result has the journal written before all of it is stored: what was read shortly before is read again.
OVERLAP = timedelta(minutes=15)


class Ledger(Protocol):
    """The scan ledger."""

    def entries(self) -> Iterable[LedgerEntry]:
        """Yield all entries."""

    def entries_of(self, repository: Repository) -> Iterable[LedgerEntry]:
        """Yield the entries of one repository."""

    def entries_named(self, entries: Iterable[JournalEntry]) -> Iterable[LedgerEntry]:
        """Yield what entries of the journal name."""

    def journal(self, since: datetime) -> Iterable[JournalEntry]:
        """Yield what was written since a moment, each once."""


def read_whole_ledger(ledger: Ledger, builder: SnapshotBuilder, time_is_up: Callable[[], bool]) -> bool:
    """Write all results and changes of the ledger; return False where time was up before the end."""
    entries = InTime(ledger.entries(), time_is_up)
    _write(entries, builder)
    return entries.is_whole


def read_ledger_of(ledger: Ledger, builder: SnapshotBuilder, repositories: Iterable[Repository]) -> None:
    """Write the results and changes of some repositories."""
    for repository in sorted(repositories, key=str):
        _write(ledger.entries_of(repository), builder)


def read_journal(ledger: Ledger, builder: SnapshotBuilder, since: datetime) -> None:
    """Write what was written to the ledger since a moment; expect the results of the images that were scanned."""
    entries = list(ledger.journal(since - OVERLAP))
    repositories = {entry.repository for entry in entries if not entry.digest and not entry.change}
    read_ledger_of(ledger, builder, repositories)
    named = [entry for entry in entries if entry.digest or entry.change]
    _write(ledger.entries_named(named), builder)
    for entry in named:
        if entry.digest:
            builder.expect_result(ImageId(entry.repository, entry.digest))


def _write(entries: Iterable[LedgerEntry], builder: SnapshotBuilder) -> None:
    for entry in entries:
        if isinstance(entry, ImageState):
            builder.write_state(entry)
        elif isinstance(entry, RecordedChange):
            builder.write_change(entry)
