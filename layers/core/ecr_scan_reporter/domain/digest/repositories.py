"""What the images scanner saw of the repositories, added up for the digest."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from ecr_scan_reporter.domain.digest.digest import SeenRepositories
from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.rankings import Ranking, ranked
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.start_results import HELD_BACK, StartScanResult
from ecr_scan_reporter.errors import InvalidInputError

MAX_REPOSITORIES = 10
MAX_TAG_WARNINGS = 20
# A repository that was not looked at for twice the age of scans, while others were, is inactive: it was deleted, is not
# selected any more, or its jobs fail. After a while that is no news.
NAMED_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class SeenRepository:
    """What holds for the images of one repository.

    `oldest_allowed` is how old the last scan of an image may be; `is_active` is False when no run looks at it any more.
    `coverage` is what was seen of an active repository, None where no run looked at all of it yet.
    """

    oldest_allowed: datetime
    is_active: bool = True
    coverage: RepositoryCoverage | None = None


class RepositoryTally:
    """Counts repositories one by one."""

    def __init__(self, max_age: Duration, last_look: datetime | None, now: datetime) -> None:
        self._now = now
        self._last_look = last_look
        self._oldest_look = max_age.before(max_age.before(last_look)) if last_look else None
        self._oldest_allowed = max_age.before(now)
        self._registries: set[tuple[str, str]] = set()
        self._total = 0
        self._inactive: Ranking[Repository] = Ranking(MAX_REPOSITORIES, str)
        self._held_back: Counter[StartScanResult] = Counter()
        self._tag_warnings: Ranking[tuple[Repository, str]] = Ranking(
            MAX_TAG_WARNINGS, lambda warning: (str(warning[0]), warning[1])
        )

    def add(self, repository: Repository) -> SeenRepository:
        """Count a repository; return what holds for it where nothing more is known."""
        self._total += 1
        self._registries.add((repository.registry_id, repository.region))
        return SeenRepository(self._oldest_allowed)

    def add_coverage(self, coverage: RepositoryCoverage) -> SeenRepository:
        """Count what was seen of a repository; return what holds for it."""
        if self._oldest_look and coverage.at < self._oldest_look:
            if coverage.at >= self._oldest_look - NAMED_FOR:
                self._inactive.add(coverage.repository)
            return SeenRepository(self._oldest_allowed, is_active=False)
        self._held_back.update({result: n for result, n in coverage.held_back.items() if result in HELD_BACK})
        for warning in coverage.tag_warnings:
            self._tag_warnings.add((coverage.repository, warning))
        return SeenRepository(_own_limit(coverage, self._now) or self._oldest_allowed, coverage=coverage)

    def seen(self) -> SeenRepositories:
        """Return what was counted."""
        return SeenRepositories(
            registries=ranked(sorted(self._registries)),
            total=self._total,
            looked_at=self._last_look,
            inactive=self._inactive.ranked(),
            held_back={result: self._held_back[result] for result in StartScanResult if self._held_back[result]},
            tag_warnings=self._tag_warnings.ranked(),
        )


def _own_limit(coverage: RepositoryCoverage, now: datetime) -> datetime | None:
    try:
        return parse_duration(coverage.max_age).before(now)
    except InvalidInputError:
        return None
