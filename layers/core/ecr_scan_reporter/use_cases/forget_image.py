"""Forget an image that was deleted, so that it leaves the digest."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from ecr_scan_reporter.domain.events.deletions import DeletionEvent
from ecr_scan_reporter.domain.registry.images import Image, ImageReference, Repository
from ecr_scan_reporter.errors import RepositoryNotFoundError

_NO_TIME = object()


class Registry(Protocol):
    """The registry of the image."""

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterable[Image]:
        """Yield the named images that are there."""


class Ledger(Protocol):
    """Where the last scans are recorded."""

    def forget(self, repository: Repository, digests: Iterable[str]) -> None:
        """Delete the results of these images."""


class Delays(Protocol):
    """How long to wait for an ECR that is behind its own event."""

    def waits(self) -> Iterator[None]:
        """Sleep before each item."""


def forget_image(event: DeletionEvent, registry: Registry, ledger: Ledger | None, delays: Delays) -> bool:
    """Return whether the image is gone; then the ledger has forgotten it. A repetition changes nothing.

    The event may be about one tag of an image that stays, so ECR is asked. The stored result stays as well: the next
    image with the tag is compared with it. Raises CallFailedError.
    """
    if not _is_gone(event, registry, delays):
        return False
    if ledger:
        ledger.forget(event.image.repository, [event.image.digest])
    return True


def _is_gone(event: DeletionEvent, registry: Registry, delays: Delays) -> bool:
    image = _described(event, registry)
    waits = delays.waits()
    # While the tag is still on the image, ECR is behind its event, or somebody has pushed the image again.
    while image and not _has_lost_its_tag(event, image) and next(waits, _NO_TIME) is not _NO_TIME:
        image = _described(event, registry)
    return image is None


def _described(event: DeletionEvent, registry: Registry) -> Image | None:
    try:
        images = registry.images_named(event.image.repository.name, [ImageReference(event.image.digest)])
        return next(iter(images), None)
    except RepositoryNotFoundError:
        return None


def _has_lost_its_tag(event: DeletionEvent, image: Image) -> bool:
    return bool(event.tag) and event.tag not in image.tags
