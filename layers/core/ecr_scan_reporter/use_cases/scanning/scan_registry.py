"""Go through all repositories of a registry in one process, as the command line does."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ecr_scan_reporter.concurrency.threads import ConcurrentMap
from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary
from ecr_scan_reporter.errors import CallFailedError, RepositoryNotFoundError


@dataclass(frozen=True, slots=True)
class RepositoryOutcome:
    """What became of one repository: its summary, or why there is none. Neither when it is gone."""

    name: str
    summary: ScanSummary | None = None
    error: str = ""


def scan_registry(
    names: Iterable[str], scan: Callable[[str], ScanSummary], concurrently: ConcurrentMap
) -> Iterator[RepositoryOutcome]:
    """Scan the repositories, several at a time. Raises CallFailedError where access is denied."""

    def scan_one(name: str) -> RepositoryOutcome:
        try:
            return RepositoryOutcome(name, scan(name))
        except RepositoryNotFoundError:
            return RepositoryOutcome(name)
        except CallFailedError as error:
            if error.is_denied:
                raise
            return RepositoryOutcome(name, error=str(error))

    return concurrently(scan_one, names)
