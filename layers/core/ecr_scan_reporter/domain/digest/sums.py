"""Sum up a whole ledger for the digest, entry by entry."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ecr_scan_reporter.domain.digest.digest import (
    ChangedImage,
    Digest,
    SeenRepositories,
    SuppressionsReview,
    by_findings,
    by_fixes,
    by_news,
)
from ecr_scan_reporter.domain.digest.repositories import RepositorySums
from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.inventory.coverage import CoverageTally
from ecr_scan_reporter.domain.ledger.entries import DigestState, ImageState, LedgerEntry, RecordedChange
from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.rankings import Ranking, ranked
from ecr_scan_reporter.domain.scanning.policy import DEFAULT_SCANS_PER_DAY
from ecr_scan_reporter.domain.scanning.round import ScanRound
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.rules import Suppression, ended, ending, unmatched
from ecr_scan_reporter.domain.thresholds import THRESHOLD_SEVERITIES

MAX_IMAGES = 10
MAX_NEWS = 5
FIRST_PERIOD = timedelta(days=7)
# What was written so shortly before a digest may not have been seen by it: clocks differ, and reads are eventually
# consistent. So the next one looks at this time again, and leaves out what was told.
UNSETTLED = timedelta(minutes=10)


def sum_up(
    entries: Iterable[LedgerEntry],
    rules: Iterable[Suppression],
    before: DigestState | None,
    *,
    last_look: datetime | None,
    max_age: Duration,
    scans_per_day: int = DEFAULT_SCANS_PER_DAY,
    now: datetime,
) -> Digest:
    """Make the digest of what the ledger has. `last_look` is the newest of all coverage in it.

    What is known of a repository that was deleted, or is not selected any more, does not count.
    The entries come repository by repository, and in each its changes and its coverage before its images. Of images
    only the first few are kept, and of changes those of one repository.
    """
    since = before.at if before else now - FIRST_PERIOD
    images = _Images(since, now, before.told if before else frozenset())
    repositories, tally = RepositorySums(max_age, last_look, now), CoverageTally()
    for entry in entries:
        if entry.repository != repositories.current:
            repositories.finish(tally)
            repositories.begin(entry.repository)
            images.begin()
        if isinstance(entry, RecordedChange):
            images.add_change(entry)
        elif isinstance(entry, RepositoryCoverage):
            repositories.add(entry)
        elif not repositories.is_left_out:
            repositories.recorded += 1
            tally.add(entry, repositories.limit)
            images.add(entry)
    repositories.finish(tally)
    review = _review(rules, images, since, now)
    digest = images.digest(before, tally, repositories.seen(), review)
    scannable = digest.coverage.scannable
    return replace(digest, round=ScanRound(scannable, scans_per_day, max_age)) if last_look and scannable else digest


@dataclass(slots=True)
class _Changes:
    """What changed: each further scan adds to it."""

    new: Counter[Severity] = field(default_factory=Counter)
    raised: Counter[Severity] = field(default_factory=Counter)
    fixed: Counter[Severity] = field(default_factory=Counter)
    news: dict[str, None] = field(default_factory=dict)


class _Images:
    """Adds up images and what changed in them."""

    def __init__(self, since: datetime, now: datetime, told_before: frozenset[str]) -> None:
        self._since, self._now = since, now
        self._told_before = told_before
        self._told: set[str] = set()
        self._totals: Counter[Severity] = Counter()
        self._suppressed = self._uncounted = 0
        self._all_changes = _Changes()
        self._worse: Ranking[ChangedImage] = Ranking(MAX_IMAGES, by_news)
        self._better: Ranking[ChangedImage] = Ranking(MAX_IMAGES, by_fixes)
        self._worst: Ranking[ImageState] = Ranking(MAX_IMAGES, by_findings)
        self.matched: set[str] = set()
        self.oldest_result: datetime | None = None
        self.begin()

    def begin(self) -> None:
        """A repository begins. Changes of images that are not there any more are no news."""
        self._changes: dict[str, _Changes] = {}

    def add_change(self, recorded: RecordedChange) -> None:
        if not self._since - UNSETTLED < recorded.recorded_at <= self._now:
            return
        if recorded.recorded_at > self._now - UNSETTLED:
            self._told.add(recorded.id)
        if recorded.id not in self._told_before:
            change = recorded.change
            changes = self._changes.setdefault(change.digest, _Changes())
            changes.new.update(change.new)
            changes.raised.update(change.raised)
            changes.fixed.update(change.fixed)
            changes.news |= dict.fromkeys(change.news)

    def add(self, image: ImageState) -> None:
        if image.record:
            self.matched.update(image.record.rules)
        if image.has_counts and image.result and image.result.scanned_at:
            self.oldest_result = min(self.oldest_result or self._now, image.result.scanned_at)
        if image.is_scanned:
            self._totals.update(image.counts)
            self._suppressed += image.record.suppressed if image.record else 0
            self._uncounted += not image.has_counts
        if any(image.counts.get(severity) for severity in THRESHOLD_SEVERITIES):
            self._worst.add(image)
        changes = self._changes.pop(image.digest, None)
        if changes:
            self._add_changed(image, changes)

    def _add_changed(self, image: ImageState, changes: _Changes) -> None:
        self._all_changes.new.update(changes.new)
        self._all_changes.raised.update(changes.raised)
        self._all_changes.fixed.update(changes.fixed)
        news = tuple(changes.news)[:MAX_NEWS]
        changed = ChangedImage(image, _in_order(changes.new), _in_order(changes.raised), _in_order(changes.fixed), news)
        if changed.new or changed.raised:
            self._worse.add(changed)
        if changed.fixed:
            self._better.add(changed)

    def digest(
        self,
        before: DigestState | None,
        tally: CoverageTally,
        repositories: SeenRepositories,
        suppressions: SuppressionsReview,
    ) -> Digest:
        return Digest(
            at=self._now,
            since=self._since,
            before=before,
            totals=_in_order(self._totals),
            suppressed=self._suppressed,
            uncounted=self._uncounted,
            new=_in_order(self._all_changes.new),
            raised=_in_order(self._all_changes.raised),
            fixed=_in_order(self._all_changes.fixed),
            worse=self._worse.ranked(),
            better=self._better.ranked(),
            worst=self._worst.ranked(),
            coverage=tally.coverage(),
            repositories=repositories,
            suppressions=suppressions,
            told=frozenset(self._told),
        )


def _review(rules: Iterable[Suppression], images: _Images, since: datetime, now: datetime) -> SuppressionsReview:
    rules, today = list(rules), now.astimezone(UTC).date()
    # A rule has had its chance when every image was scanned since it was made.
    made_before = images.oldest_result
    idle = unmatched(rules, images.matched, made_before=made_before, today=today) if made_before else []
    return SuppressionsReview(
        ending=ranked(ending(rules, today)),
        ended=ranked(ended(rules, today, since.astimezone(UTC).date())),
        unmatched=ranked(idle),
    )


def _in_order(counts: Counter[Severity]) -> dict[Severity, int]:
    return {severity: counts[severity] for severity in Severity if counts[severity]}
