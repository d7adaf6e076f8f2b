"""The event that ECR sends when an image was deleted.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecr_scan_reporter.domain.events.fields import detail_of, text_of
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.errors import InvalidInputError

IMAGE_ACTION = "ECR Image Action"
_EXPECTED = {"action-type": "DELETE", "result": "SUCCESS"}


@dataclass(frozen=True, slots=True)
class DeletionEvent:
    """An image, or only one of its tags, was deleted: the event does not tell which. `tag` is empty without one."""

    image: ImageId
    tag: str = ""


def is_image_action(event: object) -> bool:
    """True for an event about an image that is no scan."""
    return isinstance(event, Mapping) and event.get("detail-type") == IMAGE_ACTION


def parse_deletion_event(event: Mapping[str, Any]) -> DeletionEvent:
    """Read an `ECR Image Action` event of a deletion; raise InvalidInputError that names the key that is wrong."""
    detail = detail_of(event, f"'{IMAGE_ACTION}'")
    for key, expected in _EXPECTED.items():
        if detail.get(key) != expected:
            raise InvalidInputError(f"{key} of the event", detail.get(key), expected)
    repository = Repository(text_of(event, "account"), text_of(event, "region"), text_of(detail, "repository-name"))
    tag = detail.get("image-tag")
    return DeletionEvent(ImageId(repository, text_of(detail, "image-digest")), tag if isinstance(tag, str) else "")
