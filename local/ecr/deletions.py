"""ECR's event when an image, or a tag of it, was deleted: one for each tag, as documented for one."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local.ecr.scanner import Event

TagsByDigest = Mapping[str, frozenset[str]]


def tags_by_digest(images: Any) -> TagsByDigest:
    """Return the tags of each image of a repository."""
    return {image.get_image_digest(): frozenset(image.image_tags) for image in images}


def deletion_events(repository: str, before: TagsByDigest, after: TagsByDigest) -> Iterator[Event]:
    """Yield an event for each tag that is gone, and one without a tag for an image that had none."""
    for digest, tags in before.items():
        gone = sorted(tags - after.get(digest, frozenset()))
        yield from (_event(repository, digest, {"image-tag": tag}) for tag in gone)
        if not tags and digest not in after:
            yield _event(repository, digest, {})


def _event(repository: str, digest: str, tag: Mapping[str, str]) -> Event:
    detail = {
        "result": "SUCCESS",
        "repository-name": repository,
        "image-digest": digest,
        "action-type": "DELETE",
        **tag,
    }
    return {"Source": "aws.ecr", "DetailType": "ECR Image Action", "Resources": [], "Detail": json.dumps(detail)}
