"""Scan all repositories of a registry in one process, as the command line does."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from re import Pattern
from typing import Protocol

from ecr_scan_reporter.concurrency.threads import ConcurrentMap
from ecr_scan_reporter.domain.registry.filter import is_selected
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.errors import CallFailedError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.scanning.scan_repository import scan_repository
from ecr_scan_reporter.use_cases.scanning.tools import ScanTools


@dataclass(frozen=True, slots=True)
class RegistryScan:
    """Which repositories to scan, and by which policy.

    `registry_id` is the account of the registry, None for the caller's own. A dry run starts no scans.
    """

    repositories_filter: Pattern[str]
    policy: ScanPolicy
    registry_id: str | None = None
    is_dry_run: bool = False


@dataclass(frozen=True, slots=True)
class RepositoryOutcome:
    """The summary of one repository, or the error that prevented it. Neither when the repository is gone."""

    name: str
    summary: ScanSummary | None = None
    error: str = ""

    @property
    def is_complete(self) -> bool:
        """True when the repository has no image that failed or stays due."""
        return not self.error and (self.summary is None or self.summary.is_complete)


class RegistryProgress(Protocol):
    """Follows the scan of a registry. One thread calls it."""

    def expect(self, repositories: int) -> None:
        """Take the number of selected repositories, before the first of them is scanned."""

    def repository_done(self, outcome: RepositoryOutcome) -> None:
        """Take the outcome of one repository."""


@dataclass(frozen=True, slots=True)
class RegistryOutcome:
    """The result for a whole registry.

    `is_complete` is False when an image failed or stays due. `is_enhanced` is True when the registry uses enhanced
    scanning: then no basic scan can be started, and no repository was read.
    """

    is_complete: bool = True
    is_enhanced: bool = False


def scan_registry(
    names: Iterable[str],
    scan: RegistryScan,
    tools: ScanTools,
    across_repositories: ConcurrentMap,
    progress: RegistryProgress,
    now: datetime,
) -> RegistryOutcome:
    """Scan the repositories that the filter selects, several at a time.

    `names` are all names of the registry. `across_repositories` must not share its threads with `tools`.
    A faulty repository stops no other. Raises CallFailedError where access is denied.
    """
    selected = [name for name in names if is_selected(name, scan.repositories_filter)]
    progress.expect(len(selected))
    if selected and tools.registry.is_enhanced():
        return RegistryOutcome(is_enhanced=True)
    is_complete = True
    for outcome in _outcomes(selected, scan, tools, across_repositories, now):
        progress.repository_done(outcome)
        is_complete = is_complete and outcome.is_complete
    return RegistryOutcome(is_complete)


def _outcomes(
    names: Iterable[str], scan: RegistryScan, tools: ScanTools, across_repositories: ConcurrentMap, now: datetime
) -> Iterator[RepositoryOutcome]:
    def scan_one(name: str) -> RepositoryOutcome:
        job = ScanJob(name, registry_id=scan.registry_id, dry_run=scan.is_dry_run)
        try:
            return RepositoryOutcome(name, scan_repository(job, tools, policy=scan.policy, now=now))
        except RepositoryNotFoundError:
            return RepositoryOutcome(name)
        except CallFailedError as error:
            if error.is_denied:
                raise
            return RepositoryOutcome(name, error=str(error))

    return across_repositories(scan_one, names)
