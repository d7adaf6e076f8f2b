"""The digest: what changed since the last one, what is worst, and what is not covered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.inventory.coverage import Coverage
from ecr_scan_reporter.domain.inventory.urgent import Urgent, WorstImage
from ecr_scan_reporter.domain.ledger.entries import DigestState, ImageState
from ecr_scan_reporter.domain.ledger.records import ImageRecord
from ecr_scan_reporter.domain.rankings import Ranked
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.round import ScanRound
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts, most_severe
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.domain.thresholds import RATED_SEVERITIES


@dataclass(frozen=True, slots=True)
class ChangedImage:
    """An image whose findings changed, with all changes of the period together."""

    image: ImageState
    new: SeverityCounts = field(default_factory=dict)
    raised: SeverityCounts = field(default_factory=dict)
    fixed: SeverityCounts = field(default_factory=dict)
    news: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenRepositories:
    """What the images scanner saw when it last looked at whole repositories.

    `looked_at` is its last look at any; no run looks at the `inactive` ones any more. `held_back` counts
    the due images that wait for a quota or the budget; `tag_warnings` name tags of repositories that are wrong.
    """

    registries: Ranked[tuple[str, str]] = field(default_factory=Ranked)
    total: int = 0
    looked_at: datetime | None = None
    inactive: Ranked[Repository] = field(default_factory=Ranked)
    held_back: Mapping[StartScanResult, int] = field(default_factory=dict)
    tag_warnings: Ranked[tuple[Repository, str]] = field(default_factory=Ranked)


@dataclass(frozen=True, slots=True)
class SuppressionsReview:
    """The suppressions that need a review."""

    ending: Ranked[Suppression] = field(default_factory=Ranked)
    ended: Ranked[Suppression] = field(default_factory=Ranked)
    unmatched: Ranked[Suppression] = field(default_factory=Ranked)

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to look at."""
        return not (self.ending.total or self.ended.total or self.unmatched.total)


@dataclass(frozen=True, slots=True)
class Digest:
    """All that the messages of a digest may say.

    `totals` and `suppressed` are over the images whose last scan gave a result; the findings of `uncounted` of them are
    not known. `before` is what the digest before said, None at the first. What changed since `since` is added up in
    `new`, `raised` and `fixed`; images are ranked by it in `worse` and `better`, and by all their findings in `worst`.
    `appeared` are the images with findings that were scanned for the first time, and do not count as changed.
    `round` is None where no scans are started, because the registry uses enhanced scanning or nothing was looked at.
    `reported` is for the next digest: see DigestState. `urgent` is what the inventory says, None without one.
    """

    at: datetime
    since: datetime
    before: DigestState | None = None
    totals: SeverityCounts = field(default_factory=dict)
    suppressed: int = 0
    uncounted: int = 0
    new: SeverityCounts = field(default_factory=dict)
    raised: SeverityCounts = field(default_factory=dict)
    fixed: SeverityCounts = field(default_factory=dict)
    worse: Ranked[ChangedImage] = field(default_factory=Ranked)
    better: Ranked[ChangedImage] = field(default_factory=Ranked)
    worst: Ranked[ImageState] = field(default_factory=Ranked)
    appeared: Ranked[ChangedImage] = field(default_factory=Ranked)
    appeared_counts: SeverityCounts = field(default_factory=dict)
    coverage: Coverage = field(default_factory=Coverage)
    repositories: SeenRepositories = field(default_factory=SeenRepositories)
    round: ScanRound | None = None
    suppressions: SuppressionsReview = field(default_factory=SuppressionsReview)
    reported: frozenset[str] = frozenset()
    urgent: Urgent | None = None

    def weighed_by(self, urgent: Urgent | None) -> "Digest":
        """Return the digest with what the inventory says: the worst images are those by importance."""
        if urgent is None or not urgent.worst:
            return replace(self, urgent=urgent)
        worst = tuple(map(_state_of, urgent.worst[: len(self.worst.first)]))
        return replace(self, urgent=urgent, worst=Ranked(worst, self.worst.total))

    @property
    def state(self) -> DigestState:
        """What the next digest compares with."""
        return DigestState(self.at, self.totals, self.suppressed, self.reported)

    @property
    def severity(self) -> Severity | None:
        """The most severe level of all findings, None where there are none."""
        return most_severe(self.totals)

    def change(self, severity: Severity) -> int | None:
        """Return by how much a total changed since the digest before; None at the first."""
        return self.totals.get(severity, 0) - self.before.totals.get(severity, 0) if self.before else None

    def fields(self) -> dict[str, Any]:
        """Return what a log line says of it."""
        return {
            "images": self.coverage.total,
            "worse": self.worse.total,
            "better": self.better.total,
            "appeared": self.appeared.total,
            "suppressed": self.suppressed,
            "exploited": self.urgent.totals.exploited if self.urgent else None,
            "overdue": self.urgent.totals.overdue if self.urgent else None,
            "counts": {severity.value: count for severity, count in self.totals.items()},
            "coverage": {status.value: count for status, count in self.coverage.counts.items()},
        }

    def cut(self, most: int) -> "Digest":
        """Return the same with at most so many of each list, and with all counts."""
        seen, review = self.repositories, self.suppressions
        return replace(
            self,
            urgent=self.urgent.cut(most) if self.urgent else None,
            worse=self.worse.cut(most),
            better=self.better.cut(most),
            worst=self.worst.cut(most),
            appeared=self.appeared.cut(most),
            coverage=self.coverage.cut(most),
            repositories=replace(
                seen,
                registries=seen.registries.cut(max(most, 1)),
                inactive=seen.inactive.cut(most),
                tag_warnings=seen.tag_warnings.cut(most),
            ),
            suppressions=SuppressionsReview(
                review.ending.cut(most), review.ended.cut(most), review.unmatched.cut(most)
            ),
        )


def _state_of(worst: WorstImage) -> ImageState:
    scan = LastScan(ScanStatus.COMPLETE)
    return ImageState(worst.id, ImageRecord(worst.id, scan, worst.counts, tag=worst.tag, owner=worst.owner))


def by_findings(image: ImageState) -> tuple[object, ...]:
    """Sort images: those with most criticals first, then most high ones, and so on; then by name."""
    return (*most_first(image.counts), image.name, str(image.repository), image.digest)


def by_news(changed: ChangedImage) -> tuple[object, ...]:
    """Sort images that got worse: those with the most severe news first."""
    both = {severity: changed.new.get(severity, 0) + changed.raised.get(severity, 0) for severity in Severity}
    return (*most_first(both), *by_findings(changed.image))


def by_fixes(changed: ChangedImage) -> tuple[object, ...]:
    """Sort images that got better: those with the most severe fixes first."""
    return (*most_first(changed.fixed), *by_findings(changed.image))


def most_first(counts: SeverityCounts) -> tuple[int, ...]:
    """Return the counts so that more, of a more severe level, comes first. Levels without a threshold come last."""
    return tuple(-counts.get(severity, 0) for severity in (*RATED_SEVERITIES, *_OTHERS))


_OTHERS = tuple(severity for severity in Severity if severity not in RATED_SEVERITIES)
