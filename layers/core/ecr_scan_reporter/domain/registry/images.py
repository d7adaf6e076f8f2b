"""Repositories, images and the references to them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ecr_scan_reporter.domain.registry.scan_status import LastScan

INDEX_MEDIA_TYPES = frozenset(
    {
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    }
)
CONTAINER_CONFIG_MEDIA_TYPES = frozenset(
    {
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.docker.container.image.v1+json",
    }
)


class TagStatus(StrEnum):
    """Which images to look at, as ECR's DescribeImages filter names it."""

    ANY = "ANY"
    TAGGED = "TAGGED"
    UNTAGGED = "UNTAGGED"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of one registry (an account's, in a region)."""

    registry_id: str
    region: str
    name: str

    def __str__(self) -> str:
        return f"{self.registry_id}/{self.region}/{self.name}"


@dataclass(frozen=True, slots=True)
class ImageReference:
    """An image by digest or by tag, as a job names it. Exactly one of the two is given."""

    digest: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """One image digest of a repository, with what DescribeImages tells of it.

    `last_scan` is None under today's basic scanning, which leaves the scan fields out; that does not mean that the
    image was never scanned.
    """

    registry_id: str
    repository: str
    digest: str
    tags: tuple[str, ...] = ()
    pushed_at: datetime | None = None
    pulled_at: datetime | None = None
    size_bytes: int = 0
    manifest_media_type: str = ""
    artifact_media_type: str = ""
    subject_digest: str = ""
    is_archived: bool = False
    last_scan: LastScan | None = None

    @property
    def is_index(self) -> bool:
        """A multi-architecture index (manifest list): only its children can be scanned."""
        return self.manifest_media_type in INDEX_MEDIA_TYPES

    @property
    def is_referrer(self) -> bool:
        """A signature, SBOM or attestation that refers to another image."""
        return bool(self.subject_digest)

    @property
    def is_artifact(self) -> bool:
        """A Helm chart or another artifact that is no container image."""
        return bool(self.artifact_media_type) and self.artifact_media_type not in CONTAINER_CONFIG_MEDIA_TYPES
