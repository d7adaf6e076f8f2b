"""What the gate needs of ECR."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.registry.images import Image, ImageId, ImageReference, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan
from ecr_scan_reporter.domain.registry.start_results import StartScanResult


class ScanRegistry(Protocol):
    """The registry that scans. Its methods raise CallFailedError, and ImageNotFoundError for an image that is gone."""

    def last_scan(self, image: Image) -> LastScan:
        """Return the last scan, with the status NOT_SCANNED without one."""

    def start_scan(self, image: Image) -> StartScanResult:
        """Start a scan. Raises ScanRefusedError for a refusal in unknown words."""

    def scan_result(self, image: ImageId) -> ScanResult | None:
        """Return the last scan with all its findings, None where there is none."""

    def is_watched(self, repository: str) -> bool | None:
        """Return whether a rule of the registry has the repository scanned without being asked; None: not known."""


class Registry(ScanRegistry, Protocol):
    """The registry that has the image."""

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterable[Image]:
        """Yield the named images that are there. Raises RepositoryNotFoundError."""

    def manifest(self, image: ImageId) -> str:
        """Return the manifest of an index."""

    def repository_tags(self, repository: Repository) -> Mapping[str, str]:
        """Return the AWS tags of a repository."""
