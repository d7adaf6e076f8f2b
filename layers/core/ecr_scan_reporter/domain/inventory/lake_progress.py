"""How far a day of the lake is written, where time was up before the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecr_scan_reporter.domain.findings.members import Members
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class LakeProgress:
    """The last image that is written, None for none, and the number of files of each table."""

    after: ImageId | None = None
    images: int = 0
    findings: int = 0


NOTHING_WRITTEN = LakeProgress()


def progress_document(progress: LakeProgress) -> dict[str, Any]:
    """Return it as it is stored."""
    image = progress.after
    after = image and {
        "registryId": image.repository.registry_id,
        "region": image.repository.region,
        "repository": image.repository.name,
        "imageDigest": image.digest,
    }
    return {"after": after, "images": progress.images, "findings": progress.findings}


def parse_progress(document: object) -> LakeProgress:
    """Return what was stored. Raises InvalidInputError, which names what is wrong."""
    members = Members(document, "how far the day is written")
    images, findings = _number(members, "images"), _number(members, "findings")
    return LakeProgress(_image(members.value("after")), images, findings)


def _number(members: Members, key: str) -> int:
    number = members.number(key)
    if number is None or number < 0 or number != int(number):
        raise InvalidInputError(f"{key} of how far the day is written", members.value(key), "a number of files")
    return int(number)


def _image(value: Mapping[str, Any] | None) -> ImageId | None:
    if value is None:
        return None
    after = Members(value, "the last image that is written")
    repository = Repository(after.text("registryId"), after.text("region"), after.text("repository"))
    return ImageId(repository, after.text("imageDigest"))
