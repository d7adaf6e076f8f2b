"""Find the image that a gate is asked about; of an index, the images in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ecr_scan_reporter.domain.registry.images import Image, ImageId, ImageReference
from ecr_scan_reporter.domain.registry.indexes import IndexEntry, parse_index
from ecr_scan_reporter.errors import EcrScanReporterError, ImageNotFoundError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.gate.ports import Registry


class NotFoundError(EcrScanReporterError):
    """There is no such image; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class NamedSubject:
    """An image as a person names it, and the registry that should have it."""

    name: str
    repository: str
    reference: ImageReference
    registry: Registry


@dataclass(frozen=True, slots=True)
class Subject:
    """An image to judge: its platform where it is of an index, and the reason where it cannot be scanned at all."""

    image: Image
    platform: str = ""
    problem: str = ""


def find_subjects(named: NamedSubject) -> tuple[Subject, ...]:
    """Return the image; of a multi-architecture index, the images in it. Raises NotFoundError, CallFailedError."""
    try:
        found = next(iter(named.registry.images_named(named.repository, [named.reference])), None)
    except RepositoryNotFoundError as error:
        raise NotFoundError(f"there is no repository {named.repository} in this registry") from error
    if found is None:
        raise NotFoundError(f"there is no image {named.name} in its repository")
    return _of_index(found, named.registry) if found.is_index else (Subject(found),)


def _of_index(index: Image, registry: Registry) -> tuple[Subject, ...]:
    try:
        entries = parse_index(registry.manifest(index.id))
        described = registry.images_named(index.repository.name, [ImageReference(each.digest) for each in entries])
        images = {image.digest: image for image in described}
    except ImageNotFoundError as error:
        raise NotFoundError(f"the index {index.digest} is not in its repository any more") from error
    if not entries:
        raise NotFoundError(f"the index {index.digest} has no image that ECR could scan")
    return tuple(_subject(index, entry, images.get(entry.digest), entries) for entry in entries)


def _subject(index: Image, entry: IndexEntry, image: Image | None, entries: Sequence[IndexEntry]) -> Subject:
    # Two images of one platform exist: Windows has one for each of its versions.
    is_only_one = sum(each.platform == entry.platform for each in entries) == 1
    platform = entry.platform if entry.platform and is_only_one else f"{entry.platform} {entry.digest[:19]}".strip()
    if image is None:
        missing = Image(ImageId(index.repository, entry.digest))
        return Subject(missing, platform, "the index names this image, and it is not in the repository")
    if image.is_index:
        return Subject(image, platform, "it is an index within an index: check the images in it by their digests")
    return Subject(image, platform)
