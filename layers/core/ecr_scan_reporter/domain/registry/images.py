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
    """The filter of images by tag, as in DescribeImages."""

    ANY = "ANY"
    TAGGED = "TAGGED"
    UNTAGGED = "UNTAGGED"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository in the registry of one account and region."""

    registry_id: str
    region: str
    name: str

    def __str__(self) -> str:
        return f"{self.registry_id}/{self.region}/{self.name}"


@dataclass(frozen=True, slots=True)
class ImageId:
    """One image digest of one repository: the identity of an image across registries and regions."""

    repository: Repository
    digest: str

    def name(self, tag: str = "") -> str:
        """Return the name for people: the repository with the tag, or with a short digest when there is no tag."""
        return f"{self.repository.name}:{tag}" if tag else f"{self.repository.name}@{self.digest[:19]}"

    def __str__(self) -> str:
        return f"{self.repository}@{self.digest}"


@dataclass(frozen=True, slots=True)
class IdentifiedImage:
    """What is known of one image digest, by its identity."""

    id: ImageId

    @property
    def repository(self) -> Repository:
        """Where the image is."""
        return self.id.repository

    @property
    def digest(self) -> str:
        """Its digest, `sha256:...`."""
        return self.id.digest


@dataclass(frozen=True, slots=True)
class ImageReference:
    """An image as a job names it: by digest or by tag, exactly one of the two."""

    digest: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Image(IdentifiedImage):
    """One image digest of a repository, as DescribeImages returns it.

    `last_scan` is None under today's basic scanning, even for a scanned image: DescribeImages has no scan fields then.
    """

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
        """True for a multi-architecture index (manifest list): ECR scans only the images in it."""
        return self.manifest_media_type in INDEX_MEDIA_TYPES

    @property
    def is_referrer(self) -> bool:
        """True for a signature, SBOM or attestation of another image."""
        return bool(self.subject_digest)

    @property
    def is_artifact(self) -> bool:
        """True for a Helm chart or another artifact that is no container image."""
        return bool(self.artifact_media_type) and self.artifact_media_type not in CONTAINER_CONFIG_MEDIA_TYPES


@dataclass(frozen=True, slots=True)
class ScannedImage(IdentifiedImage):
    """A scanned image, with the tags and the date by which people find it."""

    tags: tuple[str, ...] = ()
    pushed_at: datetime | None = None

    @property
    def tag(self) -> str:
        """The tag for people, `latest` only when there is no other; empty for an untagged image."""
        return next((tag for tag in self.tags if tag != "latest"), next(iter(self.tags), ""))

    @property
    def name(self) -> str:
        """The name for people: the repository with a tag, or with a short digest."""
        return self.id.name(self.tag)
