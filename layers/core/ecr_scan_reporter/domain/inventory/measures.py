"""The numbers of repositories and images that a time series needs: facts of one snapshot, without findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts


class MetricsDetail(StrEnum):
    """How much metrics tell apart: owners, also repositories, also each tag of each image."""

    REGISTRY = "registry"
    REPOSITORY = "repository"
    IMAGE = "image"

    def has(self, other: "MetricsDetail") -> bool:
        """Return whether the metrics of another detail are among those of this one."""
        order = list(MetricsDetail)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class FindingNumbers:
    """Numbers of findings, with and without a fix; `exploited` (by KEV) is None where nothing is known.

    All but `suppressed` are without suppressed findings.
    """

    counts: SeverityCounts = field(default_factory=dict)
    suppressed: SeverityCounts = field(default_factory=dict)
    fixable: int = 0
    exploited: int | None = None
    overdue: int = 0

    @property
    def of_scan(self) -> SeverityCounts:
        """All findings of a scan, as ECR counts them: with those that are suppressed."""
        return {
            severity: number
            for severity in Severity
            if (number := self.counts.get(severity, 0) + self.suppressed.get(severity, 0))
        }


@dataclass(frozen=True, slots=True)
class RepositoryMeasures:
    """A repository, as ECR describes it, and the sums of its images. `oldest_scan_at`: of those with a result."""

    repository: Repository
    owner: str
    uri: str
    tag_mutability: str
    scans_on_push: bool
    encryption_type: str
    images: int
    size_bytes: int
    coverage: Mapping[CoverageStatus, int]
    oldest_scan_at: datetime | None
    findings: FindingNumbers


@dataclass(frozen=True, slots=True)
class ImageMeasures:
    """An image, and the numbers of its last scan, whose moment is `scanned_at`. `uri` is that of the repository."""

    id: ImageId
    uri: str
    tags: tuple[str, ...]
    size_bytes: int
    pushed_at: datetime | None
    scan_status: ScanStatus
    scanned_at: datetime | None
    findings: FindingNumbers
