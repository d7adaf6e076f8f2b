"""What scanning needs of AWS."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import Image, ImageReference, Repository, TagStatus
from ecr_scan_reporter.domain.registry.scan_status import LastScan
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.jobs import ScanJob


class Registry(Protocol):
    """The registry whose images are looked at."""

    @property
    def region(self) -> str:
        """The region of the registry."""

    @property
    def registry_id(self) -> str:
        """The account of the registry, empty where that is not known."""

    def images(self, repository: str, tag_status: TagStatus) -> Iterator[Image]:
        """Yield each image digest of a repository once. Raises RepositoryNotFoundError."""

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterator[Image]:
        """Yield the named images that are there, each digest once."""

    def is_enhanced(self) -> bool:
        """True when basic scans cannot be started."""

    def repository_tags(self, repository: Repository) -> Mapping[str, str]:
        """Return the AWS tags of a repository."""

    def last_scan(self, image: Image) -> LastScan:
        """Ask for the last scan of one image. Raises ImageNotFoundError."""

    def start_scan(self, image: Image) -> StartScanResult:
        """Start a scan. Raises ScanRefusedError when ECR refuses in words that are not known."""


class Ledger(Protocol):
    """What is remembered: of the last scans, and of the registry's quota and budget."""

    def last_scans(
        self, repository: Repository, digests: Sequence[str] | None = None
    ) -> Iterator[tuple[str, LastScan]]:
        """Yield each digest with what is known of its last scan: all of a repository, or `digests` alone."""

    def remember(self, repository: Repository, scans: Mapping[str, LastScan], now: datetime) -> None:
        """Write what is known, by digest."""

    def forget(self, repository: Repository, digests: Iterable[str]) -> None:
        """Forget images that are gone."""

    def record_coverage(self, coverage: RepositoryCoverage, now: datetime) -> None:
        """Write what was seen of a whole repository."""

    def paused_until(self, repository: Repository) -> datetime | None:
        """Return until when no scans are started in the repository's registry."""

    def pause(self, repository: Repository, until: datetime) -> None:
        """Start no scans in the repository's registry until then."""

    def spend(self, repository: Repository, wanted: int, budget: int, now: datetime) -> int:
        """Take up to `wanted` scans of the registry's budget of this day; return how many were left to take."""

    def refund(self, repository: Repository, unused: int, now: datetime) -> None:
        """Give back scans that were taken and not started."""


class Reports(Protocol):
    """Where scans are reported whose event was lost."""

    def report(self, image: Image, scan: LastScan) -> None:
        """Have the result of an ended scan reported, once however often it is asked for. Raises CallFailedError."""


class Queue(Protocol):
    """Where a job goes that is not done yet."""

    def send(self, job: ScanJob, delay_seconds: int = 0) -> None:
        """Send a job, to be seen after the delay."""
