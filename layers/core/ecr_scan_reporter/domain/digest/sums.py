"""Sum up a whole ledger for the digest, entry by entry."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from ecr_scan_reporter.domain.digest.changes import ChangesByImage, ChangesToReport, ChangeSums
from ecr_scan_reporter.domain.digest.digest import (
    ChangedImage,
    Digest,
    SuppressionsReview,
    by_findings,
    by_fixes,
    by_news,
)
from ecr_scan_reporter.domain.digest.repositories import RepositoryTally
from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.inventory.coverage import CoverageTally
from ecr_scan_reporter.domain.ledger.entries import DigestState, ImageState, LedgerEntry, RecordedChange
from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.rankings import Ranked, Ranking, ranked
from ecr_scan_reporter.domain.scanning.policy import DEFAULT_SCANS_PER_DAY
from ecr_scan_reporter.domain.scanning.round import ScanRound
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.rules import Suppression, ended, ending, unmatched
from ecr_scan_reporter.domain.thresholds import RATED_SEVERITIES

MAX_IMAGES = 10
MAX_NEWS = 5
FIRST_PERIOD = timedelta(days=7)


def sum_up(
    entries: Iterable[LedgerEntry],
    suppressions: Iterable[Suppression],
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
    it holds only the first few, and of changes those of one repository.
    """
    since = before.at if before else now - FIRST_PERIOD
    to_report = ChangesToReport(since, now, before.reported if before else frozenset())
    images, repositories, coverage = _ImageSums(now), RepositoryTally(max_age, last_look, now), CoverageTally()
    for repository, of_repository in groupby(entries, key=lambda entry: entry.repository):
        seen, recorded, changes = repositories.add(repository), 0, ChangesByImage()
        for entry in of_repository:
            if isinstance(entry, RecordedChange):
                if to_report.includes(entry):
                    changes.add(entry.change)
            elif isinstance(entry, RepositoryCoverage):
                seen = repositories.add_coverage(entry)
            elif seen.is_active:
                recorded += 1
                coverage.add(entry, seen.oldest_allowed)
                # Changes of images that are not there any more are no news.
                images.add(entry, changes.of(entry.id))
        if seen.coverage:
            coverage.add_others(seen.coverage, recorded)
    covered = coverage.coverage()
    return replace(
        images.digest(since, before),
        coverage=covered,
        repositories=repositories.seen(),
        round=ScanRound(covered.scannable, scans_per_day, max_age) if last_look and covered.scannable else None,
        suppressions=_review(suppressions, images, since, now),
        reported=to_report.reported_late,
    )


class _ImageSums:
    """Adds up images and what changed in them.

    `matched` are the ids of the suppressions that matched; `oldest_counted` is the oldest scan with counted findings.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._totals: Counter[Severity] = Counter()
        self._suppressed = self._uncounted = 0
        self._changes = ChangeSums()
        self._worse: Ranking[ChangedImage] = Ranking(MAX_IMAGES, by_news)
        self._better: Ranking[ChangedImage] = Ranking(MAX_IMAGES, by_fixes)
        self._appeared: Ranking[ChangedImage] = Ranking(MAX_IMAGES, by_news)
        self._appeared_counts: Counter[Severity] = Counter()
        self._worst: Ranking[ImageState] = Ranking(MAX_IMAGES, by_findings)
        self.matched: set[str] = set()
        self.oldest_counted: datetime | None = None

    def add(self, image: ImageState, changes: ChangeSums | None) -> None:
        if image.record:
            self.matched.update(image.record.suppressions)
        if image.has_counts and image.ended_scan and image.ended_scan.scanned_at:
            self.oldest_counted = min(self.oldest_counted or self._now, image.ended_scan.scanned_at)
        if image.is_scanned:
            self._totals.update(image.counts)
            self._suppressed += image.record.suppressed if image.record else 0
            self._uncounted += not image.has_counts
        if any(image.counts.get(severity) for severity in RATED_SEVERITIES):
            self._worst.add(image)
        if changes and changes.is_first:
            self._add_first(image, changes)
        elif changes:
            self._changes.add(changes)
            self._rank(image, changes)

    def _add_first(self, image: ImageState, changes: ChangeSums) -> None:
        # All findings of a new image are news, and its counts include the changes since its first scan.
        # Where a later scan has no result, the counts of the first one are the last that are known.
        found = image.counts if image.is_scanned else _in_order(changes.new)
        if found:
            self._appeared_counts.update(found)
            self._appeared.add(ChangedImage(image, new=found, news=tuple(changes.news)[:MAX_NEWS]))

    def _rank(self, image: ImageState, changes: ChangeSums) -> None:
        news = tuple(changes.news)[:MAX_NEWS]
        changed = ChangedImage(image, _in_order(changes.new), _in_order(changes.raised), _in_order(changes.fixed), news)
        if changed.new or changed.raised:
            self._worse.add(changed)
        if changed.fixed:
            self._better.add(changed)

    def digest(self, since: datetime, before: DigestState | None) -> Digest:
        return Digest(
            at=self._now,
            since=since,
            before=before,
            totals=_in_order(self._totals),
            suppressed=self._suppressed,
            uncounted=self._uncounted,
            new=_in_order(self._changes.new),
            raised=_in_order(self._changes.raised),
            fixed=_in_order(self._changes.fixed),
            worse=self._worse.ranked(),
            better=self._better.ranked(),
            worst=self._worst.ranked(),
            # In the first digest, all images are new.
            appeared=self._appeared.ranked() if before else Ranked(),
            appeared_counts=_in_order(self._appeared_counts) if before else {},
        )


def _review(
    suppressions: Iterable[Suppression], images: _ImageSums, since: datetime, now: datetime
) -> SuppressionsReview:
    suppressions, today = list(suppressions), now.astimezone(UTC).date()
    # A suppression had its chance when every image was scanned since it was made.
    made_before = images.oldest_counted
    idle = unmatched(suppressions, images.matched, made_before=made_before, today=today) if made_before else []
    return SuppressionsReview(
        ending=ranked(ending(suppressions, today)),
        ended=ranked(ended(suppressions, today, since.astimezone(UTC).date())),
        unmatched=ranked(idle),
    )


def _in_order(counts: Counter[Severity]) -> dict[Severity, int]:
    return {severity: counts[severity] for severity in Severity if counts[severity]}
