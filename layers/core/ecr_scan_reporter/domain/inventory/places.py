"""Where images run."""

from collections.abc import Iterable

from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.registry.references import parse_image_uri

ECS = "ECS"


def running_in(running: Iterable[tuple[str, str]], place: str) -> dict[ImageId, set[str]]:
    """Return the images of ECR among running containers, given as URI and digest; skips those without a digest."""
    images: dict[ImageId, set[str]] = {}
    for uri, digest in running:
        parsed = parse_image_uri(uri)
        if parsed and (digest or parsed[1].digest):
            images.setdefault(ImageId(parsed[0], digest or parsed[1].digest or ""), set()).add(place)
    return images
