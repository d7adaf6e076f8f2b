"""How people name an image: by repository and tag, by URI, by its digest or the beginning of it."""

import re
from dataclasses import dataclass

from ecr_scan_reporter.domain.inventory.selection import check_text
from ecr_scan_reporter.domain.registry.references import parse_image_uri
from ecr_scan_reporter.errors import InvalidInputError

_DIGEST = re.compile(r"(sha256:)?([0-9a-f]{6,64})")
ALLOWED = "repository:tag, repository@sha256:..., a URI of ECR, or six digits or more of a digest"


@dataclass(frozen=True, slots=True)
class NamedImage:
    """An image as people name it; None where they say nothing. `registry` is the account and the region of a URI."""

    repository: str | None = None
    digest: str | None = None
    tag: str | None = None
    registry: tuple[str, str] | None = None


def parse_reference(text: str) -> NamedImage:
    """Read a reference. Raises InvalidInputError with the allowed forms."""
    check_text("the image", text)
    uri = parse_image_uri(text)
    if uri:
        repository, reference = uri
        return NamedImage(repository.name, reference.digest, reference.tag, (repository.registry_id, repository.region))
    if _DIGEST.fullmatch(text):
        return NamedImage(digest=text)
    repository_name, is_digest, digest = text.partition("@")
    if is_digest and repository_name and _DIGEST.fullmatch(digest):
        return NamedImage(repository_name, digest)
    repository_name, is_tag, tag = text.rpartition(":")
    if is_tag and repository_name and tag and "@" not in text:
        return NamedImage(repository_name, tag=tag)
    raise InvalidInputError("the image", text, ALLOWED)
