"""Which images are looked at, and when their scan is due."""

from dataclasses import dataclass, field

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.scanning.limits import ImageLimits

# ECR allows so many basic scans in 24 hours and registry, those on push included.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
ECR_SCANS_PER_DAY = 100_000
# Leaves room for scans on push.
DEFAULT_SCANS_PER_DAY = 80_000
MAX_DOUBLINGS = 40


@dataclass(frozen=True, slots=True)
class ScanPolicy:
    """Which images are looked at, when their scan is due, and how many scans a day may be started in the registry.

    Without a budget of its own (`max_scans_per_day`), a registry starts what is due, up to DEFAULT_SCANS_PER_DAY.

    With `keeps_ledger`, the ledger is to say what there is under this very policy: images that are not looked at any
    more are forgotten, and what was seen of a whole repository is recorded for the digest.
    """

    max_age: Duration
    tag_status: TagStatus = TagStatus.ANY
    limits: ImageLimits = field(default_factory=ImageLimits)
    max_scans_per_day: int | None = None
    keeps_ledger: bool = False

    @property
    def scans_per_day(self) -> int:
        """How many scans may be started in a day (UTC) and registry."""
        return self.max_scans_per_day or DEFAULT_SCANS_PER_DAY


def share_of_scans(scans_per_day: int, jobs: int | None, continuation: int) -> int:
    """Return how many scans a job may start before others get their turn.

    At first, each of the `jobs` of a run may start the same part of the day's scans, so that those whose jobs
    come first do not take all. With each continuation the share doubles: by then the others had theirs.
    """
    if not jobs:
        return scans_per_day
    return max(1, scans_per_day // jobs) << min(continuation, MAX_DOUBLINGS)
