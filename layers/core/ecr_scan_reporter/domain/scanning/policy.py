"""The policy of scans: which images, at what age, how many in a day."""

from dataclasses import dataclass, field

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.scanning.limits import ImageLimits

# The quota of ECR for basic scans in 24 hours and registry, those on push included.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
ECR_SCANS_PER_DAY = 100_000
# Leaves room for scans on push.
DEFAULT_SCANS_PER_DAY = 80_000
MAX_DOUBLINGS = 40


@dataclass(frozen=True, slots=True)
class ScanPolicy:
    """Which images to scan, at what age their scan expires, and how many scans may start in a day and registry.

    Without `max_scans_per_day`, all due scans start, up to DEFAULT_SCANS_PER_DAY.
    With `keeps_ledger`, the ledger follows this policy: a job deletes images that the policy no longer selects, and
    records the coverage of a whole repository for the digest.
    """

    max_age: Duration
    tag_status: TagStatus = TagStatus.ANY
    limits: ImageLimits = field(default_factory=ImageLimits)
    max_scans_per_day: int | None = None
    keeps_ledger: bool = False

    @property
    def scans_per_day(self) -> int:
        """The number of scans that may start in a day (UTC) and registry."""
        return self.max_scans_per_day or DEFAULT_SCANS_PER_DAY


def share_of_scans(scans_per_day: int, jobs: int | None, continuation: int) -> int:
    """Return how many scans a job may start before the other jobs of its run get their turn.

    At first, each of the `jobs` has the same share of the day's scans, so the first jobs do not take all. The share
    doubles with each continuation: by then the others had theirs. Without `jobs`, the share is all.
    """
    if not jobs:
        return scans_per_day
    return max(1, scans_per_day // jobs) << min(continuation, MAX_DOUBLINGS)
