"""The records of the scan ledger for the digest: results of images, changes, coverage of repositories."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.due import DueReason
from ecr_scan_reporter.domain.severities import SeverityCounts

# Of ECR's description of a scan, the ledger stores so many characters.
MAX_DESCRIPTION = 300


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """The last result of one image digest. `counts` exclude the `suppressed` findings.

    `scan.description` is the reason for a missing result. `suppressions` are the ids of those that matched. `tag` is
    empty for an untagged image, `owner` when no tag names one. `failing_since` is when the scans of the image began to
    fail in the same way, None after a scan with a result.
    """

    image: ImageId
    scan: LastScan
    counts: SeverityCounts = field(default_factory=dict)
    suppressed: int = 0
    suppressions: tuple[str, ...] = ()
    tag: str = ""
    owner: str = ""
    failing_since: datetime | None = None

    @property
    def name(self) -> str:
        """The name of the image for people."""
        return self.image.name(self.tag)


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One scan that differs from the one before. `news` names the most severe new or raised findings, for people.

    `is_first`: nothing was known of the image before, and all its findings are `new`.
    """

    image: ImageId
    at: datetime
    tag: str = ""
    new: SeverityCounts = field(default_factory=dict)
    raised: SeverityCounts = field(default_factory=dict)
    fixed: SeverityCounts = field(default_factory=dict)
    news: tuple[str, ...] = ()
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class RepositoryCoverage:
    """What the images scanner saw when it last looked at all of a repository.

    `not_scannable` counts the images that ECR cannot scan, by reason; `held_back` the due images that a quota or the
    budget held back. `max_age` is that of the repository. `tag_warnings` name its wrong tags.
    """

    repository: Repository
    at: datetime
    images: int = 0
    not_scannable: Mapping[DueReason, int] = field(default_factory=dict)
    held_back: Mapping[StartScanResult, int] = field(default_factory=dict)
    max_age: str = ""
    tag_warnings: tuple[str, ...] = ()
