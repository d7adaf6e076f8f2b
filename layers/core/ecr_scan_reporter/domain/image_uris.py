"""The URI of an image in ECR, as task definitions and pods write it."""

import re

from ecr_scan_reporter.domain.images import ImageReference, Repository

# ACCOUNT.dkr.ecr[-fips].REGION.SUFFIX, and the dual-stack ACCOUNT.dkr-ecr[-fips].REGION.on.aws
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
_URI = re.compile(
    r"(?P<registry_id>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z0-9.-]+/"
    r"(?P<name>[a-z0-9][a-z0-9._/-]*)(?::(?P<tag>[\w][\w.-]*))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


def parse_image_uri(uri: str) -> tuple[Repository, ImageReference] | None:
    """Return repository and image of a URI; None when it is not ECR's. Without tag and digest it means `latest`."""
    match = _URI.fullmatch(uri)
    if not match:
        return None
    repository = Repository(match["registry_id"], match["region"], match["name"])
    if match["digest"]:
        return repository, ImageReference(digest=match["digest"])
    return repository, ImageReference(tag=match["tag"] or "latest")
