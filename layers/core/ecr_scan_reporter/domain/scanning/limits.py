"""Limits of the images to scan in a repository, and their order of importance."""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.registry.images import Image

_NEVER = datetime.min.replace(tzinfo=UTC)
# Enough to tell the images of a repository apart; 80,000 of them take less than 1 MB.
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """Limits of the images to scan; None is no limit. `pulled_within` also excludes images that were never pulled."""

    max_images: int | None = None
    pulled_within: Duration | None = None
    pushed_within: Duration | None = None


def within_limits(images: Iterable[Image], limits: ImageLimits, now: datetime) -> Iterator[Image]:
    """Yield the images within the limits, the newest first when their number is limited."""
    pulled_since = limits.pulled_within.before(now) if limits.pulled_within else _NEVER
    pushed_since = limits.pushed_within.before(now) if limits.pushed_within else _NEVER
    selected = (
        image
        for image in images
        if (image.pulled_at or _NEVER) >= pulled_since and (image.pushed_at or _NEVER) >= pushed_since
    )
    if limits.max_images is None:
        yield from selected
    else:
        yield from heapq.nlargest(limits.max_images, selected, key=lambda image: image.pushed_at or _NEVER)


def importance(image: Image) -> tuple[datetime, datetime]:
    """Return a sort key, larger for a more important image: pulled most recently, then pushed most recently."""
    return (image.pulled_at or _NEVER, image.pushed_at or _NEVER)


@dataclass(frozen=True, slots=True)
class FirstImages:
    """The images of one repository that come first across its registry, by short digest; there may be none."""

    places: Mapping[str, int] = field(default_factory=dict)

    def place(self, digest: str) -> int | None:
        """Return the place of an image among them, 0 for the most important; None for an image that is not first."""
        return self.places.get(short_digest(digest))


def short_digest(digest: str) -> str:
    """Return the end of a digest, which tells it from the others of its repository."""
    return digest[-_DIGITS:]
