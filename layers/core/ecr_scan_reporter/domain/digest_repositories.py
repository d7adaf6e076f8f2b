"""What the images scanner saw of the repositories, added up for the digest."""

from collections import Counter
from datetime import datetime, timedelta

from ecr_scan_reporter.domain.coverage import CoverageTally
from ecr_scan_reporter.domain.digests import SeenRepositories
from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.images import Repository
from ecr_scan_reporter.domain.rankings import Ranked, Ranking, ranked
from ecr_scan_reporter.domain.scan_records import RepositoryCoverage
from ecr_scan_reporter.domain.start_answers import HELD_BACK, StartAnswer
from ecr_scan_reporter.errors import InvalidInputError

MOST_REPOSITORIES = 10
MOST_NOTES = 20
# A repository whose last look is so much older than the newest one of all was left out of the last run.
ONE_RUN = timedelta(hours=36)


class RepositorySums:
    """Follows the repositories, one after the other: what holds for the current one, and what was seen of all.

    `limit` is how old the last scan of an image of the current one may be, `recorded` how many of its images have a
    record.
    """

    def __init__(self, max_age: Duration, now: datetime) -> None:
        self._now = now
        self._general_limit = self.longest_limit = max_age.before(now)
        self._registries: set[tuple[str, str]] = set()
        self._total = 0
        self._looks: list[tuple[datetime, Repository]] = []
        self._refused: Counter[StartAnswer] = Counter()
        self._notes: Ranking[tuple[Repository, str]] = Ranking(MOST_NOTES, lambda note: (str(note[0]), note[1]))
        self.current: Repository | None = None
        self._reset()

    def _reset(self) -> None:
        self._coverage: RepositoryCoverage | None = None
        self.limit = self._general_limit
        self.recorded = 0

    def begin(self, repository: Repository) -> None:
        """The next repository begins."""
        self._reset()
        self.current = repository
        self._total += 1
        self._registries.add((repository.registry_id, repository.region))

    def add(self, coverage: RepositoryCoverage) -> None:
        """Take what was seen of the current repository."""
        self._coverage = coverage
        self._looks.append((coverage.at, coverage.repository))
        self._refused.update({answer: n for answer, n in coverage.refused.items() if answer in HELD_BACK})
        for note in coverage.notes:
            self._notes.add((coverage.repository, note))
        self.limit = _own_limit(coverage, self._now) or self._general_limit
        self.longest_limit = min(self.longest_limit, self.limit)

    def finish(self, tally: CoverageTally) -> None:
        """The current repository ends: count the images of which there is no record."""
        if self._coverage:
            tally.add_others(self._coverage, self.recorded)

    def seen(self) -> SeenRepositories:
        """Return what was seen of all."""
        looked_at = max((at for at, _ in self._looks), default=None)
        return SeenRepositories(
            registries=ranked(sorted(self._registries)),
            total=self._total,
            looked_at=looked_at,
            left_out=self._left_out(looked_at),
            refused={answer: self._refused[answer] for answer in StartAnswer if self._refused[answer]},
            notes=self._notes.ranked(),
        )

    def _left_out(self, looked_at: datetime | None) -> Ranked[Repository]:
        ranking: Ranking[Repository] = Ranking(MOST_REPOSITORIES, str)
        for at, repository in self._looks:
            if looked_at and looked_at - at > ONE_RUN:
                ranking.add(repository)
        return ranking.ranked()


def _own_limit(coverage: RepositoryCoverage, now: datetime) -> datetime | None:
    try:
        return parse_duration(coverage.max_age).before(now)
    except InvalidInputError:
        return None
