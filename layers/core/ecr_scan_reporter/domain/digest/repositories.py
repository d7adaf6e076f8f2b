"""What the images scanner saw of the repositories, added up for the digest."""

from collections import Counter
from datetime import datetime, timedelta

from ecr_scan_reporter.domain.digest.digest import SeenRepositories
from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.inventory.coverage import CoverageTally
from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.rankings import Ranking, ranked
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.start_results import HELD_BACK, StartScanResult
from ecr_scan_reporter.errors import InvalidInputError

MAX_REPOSITORIES = 10
MAX_NOTES = 20
# A repository that was not looked at for twice the age of scans, while others were, is out of the runs: it was deleted,
# is not selected any more, or its jobs fail. After a while that is no news.
NAMED_FOR = timedelta(days=14)


class RepositorySums:
    """Follows the repositories, one after the other: what holds for the current one, and what was seen of all.

    `limit` is how old the last scan of an image of the current one may be, `recorded` how many of its images have a
    record, and `is_left_out` tells that it is not looked at any more.
    """

    def __init__(self, max_age: Duration, last_look: datetime | None, now: datetime) -> None:
        self._now = now
        self._last_look = last_look
        self._oldest_look = max_age.before(max_age.before(last_look)) if last_look else None
        self._general_limit = max_age.before(now)
        self._registries: set[tuple[str, str]] = set()
        self._total = 0
        self._left_out: Ranking[Repository] = Ranking(MAX_REPOSITORIES, str)
        self._refused: Counter[StartScanResult] = Counter()
        self._notes: Ranking[tuple[Repository, str]] = Ranking(MAX_NOTES, lambda note: (str(note[0]), note[1]))
        self.current: Repository | None = None
        self._reset()

    def _reset(self) -> None:
        self._coverage: RepositoryCoverage | None = None
        self.limit = self._general_limit
        self.recorded = 0
        self.is_left_out = False

    def begin(self, repository: Repository) -> None:
        """The next repository begins."""
        self._reset()
        self.current = repository
        self._total += 1
        self._registries.add((repository.registry_id, repository.region))

    def add(self, coverage: RepositoryCoverage) -> None:
        """Take what was seen of the current repository."""
        if self._oldest_look and coverage.at < self._oldest_look:
            self.is_left_out = True
            if coverage.at >= self._oldest_look - NAMED_FOR:
                self._left_out.add(coverage.repository)
            return
        self._coverage = coverage
        self._refused.update({answer: n for answer, n in coverage.refused.items() if answer in HELD_BACK})
        for note in coverage.notes:
            self._notes.add((coverage.repository, note))
        self.limit = _own_limit(coverage, self._now) or self._general_limit

    def finish(self, tally: CoverageTally) -> None:
        """The current repository ends: count the images of which there is no record."""
        if self._coverage:
            tally.add_others(self._coverage, self.recorded)

    def seen(self) -> SeenRepositories:
        """Return what was seen of all."""
        return SeenRepositories(
            registries=ranked(sorted(self._registries)),
            total=self._total,
            looked_at=self._last_look,
            left_out=self._left_out.ranked(),
            refused={answer: self._refused[answer] for answer in StartScanResult if self._refused[answer]},
            notes=self._notes.ranked(),
        )


def _own_limit(coverage: RepositoryCoverage, now: datetime) -> datetime | None:
    try:
        return parse_duration(coverage.max_age).before(now)
    except InvalidInputError:
        return None
