"""The journal of the ledger: what was written since a moment, so that nobody reads all of it to find out."""

from dataclasses import dataclass

from ecr_scan_reporter.domain.registry.images import Repository


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Something of a repository was written: the result of one image, one change, or (both empty) any result."""

    repository: Repository
    digest: str = ""
    change: str = ""
