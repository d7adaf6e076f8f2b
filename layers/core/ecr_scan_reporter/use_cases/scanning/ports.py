"""The AWS calls that scanning needs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import Image, ImageReference, Repository, TagStatus
from ecr_scan_reporter.domain.registry.scan_status import LastScan
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.jobs import ScanJob


class Registry(Protocol):
    """The registry whose images are scanned."""

    @property
    def region(self) -> str:
        """The region of the registry."""

    @property
    def registry_id(self) -> str:
        """The account of the registry, empty when it is not known."""

    def images(self, repository: str, tag_status: TagStatus) -> Iterator[Image]:
        """Yield each image digest of a repository once. Raises RepositoryNotFoundError."""

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterator[Image]:
        """Yield the named images, each digest once; skips images that are gone."""

    def is_enhanced(self) -> bool:
        """Return whether enhanced scanning is on, which refuses basic scans."""

    def repository_tags(self, repository: Repository) -> Mapping[str, str]:
        """Return the AWS tags of a repository."""

    def last_scan(self, image: Image) -> LastScan:
        """Return the last scan of one image. Raises ImageNotFoundError."""

    def start_scan(self, image: Image) -> StartScanResult:
        """Start a scan. Raises ScanRefusedError for a refusal in unknown words."""


class Ledger(Protocol):
    """The ledger of last scans, and of the pause and the budget of each registry."""

    def last_scans(
        self, repository: Repository, digests: Sequence[str] | None = None
    ) -> Iterator[tuple[str, LastScan]]:
        """Yield the last scan by image digest: of all images of a repository, or of `digests` alone."""

    def remember(self, repository: Repository, scans: Mapping[str, LastScan], now: datetime) -> None:
        """Write last scans, by digest."""

    def forget(self, repository: Repository, digests: Iterable[str]) -> None:
        """Delete the records of images that are gone."""

    def record_coverage(self, coverage: RepositoryCoverage, now: datetime) -> None:
        """Write the coverage of a whole repository."""

    def paused_until(self, repository: Repository) -> datetime | None:
        """Return the end of the pause of the repository's registry, None without a pause."""

    def pause(self, repository: Repository, until: datetime) -> None:
        """Pause the repository's registry: no job starts scans in it until then."""

    def spend(self, repository: Repository, wanted: int, budget: int, now: datetime) -> int:
        """Take up to `wanted` scans from the registry's budget of this day; return how many were left."""

    def refund(self, repository: Repository, unused: int, now: datetime) -> None:
        """Give back scans that were taken and not started."""


class Reports(Protocol):
    """The reporter, for scans whose event was lost."""

    def report(self, image: Image, scan: LastScan) -> None:
        """Hand an ended scan to the reporter, which reports it once. Raises CallFailedError."""


class Queue(Protocol):
    """The jobs queue, for unfinished jobs."""

    def send(self, job: ScanJob, delay_seconds: int = 0) -> None:
        """Send a job, visible after the delay."""
