"""A round: the time to scan every image once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.scanning.policy import ECR_SCANS_PER_DAY


@dataclass(frozen=True, slots=True)
class ScanRound:
    """A round over all `images` that ECR can scan, at `scans_per_day`; a scan expires after `max_age`."""

    images: int
    scans_per_day: int
    max_age: Duration

    @property
    def days(self) -> int:
        """The days of the round; a part of a day counts as a whole one."""
        return -(-self.images // self.scans_per_day)

    def is_too_slow(self, now: datetime) -> bool:
        """Return whether scans get older than `max_age`."""
        return self.days > 1 and now - timedelta(days=self.days) < self.max_age.before(now)


def describe_round(whole: ScanRound, now: datetime) -> str:
    """Return one or two sentences about the days of the round, and the quota of ECR."""
    rate = f"At {whole.scans_per_day:,} scans a day, re-scanning everything ({_images(whole)}) takes {_days(whole)}"
    limit = f"ECR allows {ECR_SCANS_PER_DAY:,} a day, those on push included."
    if whole.is_too_slow(now):
        return f"{rate}: longer than {whole.max_age}, so scans get older than that. {limit}"
    return f"{rate}. {limit}"


def describe_round_in_brief(whole: ScanRound, now: datetime) -> str:
    """Return a line about a round of several days, empty for one that a day is enough for."""
    if whole.days <= 1:
        return ""
    rate = f"re-scanning everything ({_images(whole)}) takes {_days(whole)} at {whole.scans_per_day:,} scans a day"
    return f"{rate}: longer than {whole.max_age}" if whole.is_too_slow(now) else rate


def _days(whole: ScanRound) -> str:
    return "1 day" if whole.days == 1 else f"{whole.days:,} days"


def _images(whole: ScanRound) -> str:
    return "1 image" if whole.images == 1 else f"{whole.images:,} images"
