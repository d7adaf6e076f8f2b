"""URIs of images in ECR, as in task definitions and pods."""

import re

from ecr_scan_reporter.domain.registry.images import ImageReference, Repository
from ecr_scan_reporter.domain.registry.partitions import is_registry_host

# https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
_URI = re.compile(
    r"(?P<host>(?P<registry_id>[0-9]{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z]+(?:-[a-z]+)+-[0-9]+)\.[a-z.]+)/"
    r"(?P<name>[a-z0-9][a-z0-9._/-]*)(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]*))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


def parse_image_uri(uri: str) -> tuple[Repository, ImageReference] | None:
    """Return repository and image of a URI, None for a URI outside ECR. Without tag and digest, the tag is `latest`."""
    match = _URI.fullmatch(uri)
    if not match or not is_registry_host(match["host"], match["registry_id"], match["region"]):
        return None
    repository = Repository(match["registry_id"], match["region"], match["name"])
    if match["digest"]:
        return repository, ImageReference(digest=match["digest"])
    return repository, ImageReference(tag=match["tag"] or "latest")
