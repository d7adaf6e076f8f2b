"""What the inventory answers: images, findings, vulnerabilities, totals, changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, TypeVar

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.known import FeedCopy
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import Importance
from ecr_scan_reporter.domain.findings.remediation import NO_DEADLINES, RemediationDays, days_overdue, due_on
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.ledger.records import ChangeRecord
from ecr_scan_reporter.domain.registry.images import Repository, ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """Which snapshot answers. `pending` is the number of images whose findings were not read yet.

    `errors` say, in words, what the build could not read. A snapshot is complete when nothing is pending, and all
    repositories were listed. `kev` and `epss` are the copies of the feeds that it knows of exploits; None where a feed
    is off, or was never fetched. `remediation_days` are the deadlines by which it counts what is overdue.
    """

    schema: int
    generation: int
    id: str
    built_at: datetime
    is_complete: bool = True
    pending: int = 0
    errors: tuple[str, ...] = ()
    kev: FeedCopy | None = None
    epss: FeedCopy | None = None
    remediation_days: RemediationDays = NO_DEADLINES

    def is_exploited(self, finding: Finding) -> bool | None:
        """Return whether a finding is known to be exploited (KEV); None where KEV is unknown."""
        return finding.exploit is not None if self.kev else None

    def due_on(self, finding: Finding) -> date | None:
        """Return the last day (UTC) on which a finding may be there, None where it has no deadline."""
        return due_on(finding, self.remediation_days)

    def days_overdue(self, finding: Finding) -> int:
        """Return for how many days a finding was overdue when the snapshot was built, as that counts its images."""
        return days_overdue(finding, self.remediation_days, self.built_at)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list. `total` counts the whole list; `next` is the cursor of the next page, None on the last."""

    items: tuple[Item, ...]
    total: int
    next: str | None = None


@dataclass(frozen=True, slots=True)
class InventoryImage(ScannedImage):
    """One image digest of the registry, with its last scan and the numbers of its findings.

    `counts` are without the suppressed findings, which `suppressed` counts. `fixable` and `exploited` count findings of
    `counts`; `exploited` (by KEV) and `epss` (the highest) are None where nothing is known; `ransomware` is a part of
    `exploited`, `with_exploit` and `likely` count those with an exploit, and with an EPSS at or above the threshold.
    `overdue` counts those whose deadline has passed, the earliest of them on `overdue_since`. `is_in_use` is None
    where nobody knows where images run, and `places` says where this one does. `description` is ECR's reason for a
    missing result. `is_pending`: its findings were not read yet.
    """

    owner: str = ""
    pulled_at: datetime | None = None
    size_bytes: int = 0
    status: CoverageStatus = CoverageStatus.NEVER_SCANNED
    scan_status: ScanStatus = ScanStatus.NOT_SCANNED
    scanned_at: datetime | None = None
    description: str = ""
    counts: SeverityCounts = field(default_factory=dict)
    suppressed: SeverityCounts = field(default_factory=dict)
    fixable: int = 0
    exploited: int | None = None
    ransomware: int = 0
    with_exploit: int = 0
    likely: int = 0
    epss: float | None = None
    overdue: int = 0
    overdue_since: date | None = None
    is_in_use: bool | None = None
    places: tuple[str, ...] = ()
    is_pending: bool = False


@dataclass(frozen=True, slots=True)
class ImageFindings:
    """One image with its findings, the most urgent first."""

    image: InventoryImage
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One finding in one image: the answer to where a vulnerability or a package is."""

    image: InventoryImage
    finding: Finding


@dataclass(frozen=True, slots=True)
class Vulnerability:
    """One CVE across the registry. `images` have it unsuppressed, `suppressed_images` only suppressed.

    `severity` and `score` are the worst of its findings. `packages` have it; `fixed_in` are the versions that fix it.
    `importance` is the level of its most important finding, `exploit` KEV's entry. `is_exploited` and `epss` are None
    where nothing is known, and so is `in_use`, the number of images in use that have it.
    """

    name: str
    severity: Severity
    images: int
    suppressed_images: int = 0
    score: float | None = None
    packages: tuple[str, ...] = ()
    fixed_in: tuple[str, ...] = ()
    is_fixable: bool = False
    importance: Importance = Importance.BY_SEVERITY
    is_exploited: bool | None = None
    exploit: KnownExploit | None = None
    exploit_available: bool = False
    epss: float | None = None
    is_likely: bool = False
    in_use: int | None = None
    uri: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers of a part of the registry, `name`: of a repository, of an owner, or (empty) of everything.

    `counts` are occurrences: findings of images. `unique` are different CVEs, each of its worst severity in this part.
    Both are without suppressed findings, whose occurrences `suppressed` counts. `scanned` images have a result.
    `exploited` (None where KEV is unknown) and the numbers after it are sums of those of the images.
    The worst severity may be that of a suppressed finding in the totals of everything, or where a filter divides
    repositories.
    """

    name: str
    images: int
    scanned: int
    counts: SeverityCounts = field(default_factory=dict)
    suppressed: SeverityCounts = field(default_factory=dict)
    unique: SeverityCounts = field(default_factory=dict)
    repository: Repository | None = None
    exploited: int | None = None
    ransomware: int = 0
    with_exploit: int = 0
    likely: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class CoverageTotals:
    """How many images of a part of the registry have each status. `oldest_scan_at`: of those with a result."""

    name: str
    counts: Mapping[CoverageStatus, int]
    oldest_scan_at: datetime | None = None
    repository: Repository | None = None


@dataclass(frozen=True, slots=True)
class HistoryDay:
    """The totals at the end of one day (UTC), and what was new and fixed on it."""

    day: date
    images: int
    coverage: Mapping[CoverageStatus, int] = field(default_factory=dict)
    counts: SeverityCounts = field(default_factory=dict)
    suppressed: int = 0
    new: SeverityCounts = field(default_factory=dict)
    fixed: SeverityCounts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InventoryChange:
    """What one scan changed, and the owner of the repository."""

    change: ChangeRecord
    owner: str = ""


@dataclass(frozen=True, slots=True)
class RepositoryLeftBehind:
    """The images of a repository that nobody has used for long."""

    repository: Repository
    owner: str
    images: int
    size_bytes: int
    counts: SeverityCounts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """The images that nobody pulled, pushed or ran since `since`, by repository, those with most bytes first."""

    since: datetime
    repositories: tuple[RepositoryLeftBehind, ...]
