"""Which images are looked at, and when their scan is due."""

from dataclasses import dataclass, field

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.image_limits import ImageLimits
from ecr_scan_reporter.domain.images import TagStatus


@dataclass(frozen=True, slots=True)
class ScanPolicy:
    """Which images are looked at, when their scan is due, and how many scans a day may be started in the registry.

    With `keeps_ledger`, the ledger is to say what there is under this very policy: images that are not looked at any
    more are forgotten, and what was seen of a whole repository is recorded for the digest.
    """

    max_age: Duration
    tag_status: TagStatus = TagStatus.ANY
    limits: ImageLimits = field(default_factory=ImageLimits)
    max_scans_per_day: int | None = None
    keeps_ledger: bool = False
