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
class ImageId:
    """One image digest of one repository: what tells an image from all others, in every registry and region."""

    repository: Repository
    digest: str

    def name(self, tag: str = "") -> str:
        """Return the image as people call it: with its tag where it has one, else with a short digest."""
        return f"{self.repository.name}:{tag}" if tag else f"{self.repository.name}@{self.digest[:19]}"

    def __str__(self) -> str:
        return f"{self.repository}@{self.digest}"


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

    id: ImageId
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
    def repository(self) -> Repository:
        """Where the image is."""
        return self.id.repository

    @property
    def digest(self) -> str:
        """Its digest, `sha256:...`."""
        return self.id.digest

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


@dataclass(frozen=True, slots=True)
class ScannedImage:
    """The image that was scanned, as its reader wants to find it again."""

    id: ImageId
    tags: tuple[str, ...] = ()
    pushed_at: datetime | None = None

    @property
    def repository(self) -> Repository:
        """Where the image is."""
        return self.id.repository

    @property
    def digest(self) -> str:
        """Its digest, `sha256:...`."""
        return self.id.digest

    @property
    def tag(self) -> str:
        """The tag that people call the image by, rather not `latest`; empty where it has none."""
        return next((tag for tag in self.tags if tag != "latest"), next(iter(self.tags), ""))

    @property
    def name(self) -> str:
        """The image as people call it: with a tag where it has one, else with a short digest."""
        return self.id.name(self.tag)
