"""A job on the queue: one repository to scan."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ecr_scan_reporter.domain.given import given_text
from ecr_scan_reporter.domain.registry.images import ImageReference
from ecr_scan_reporter.errors import InvalidInputError, JobIncompleteError

# Even 100,000 images without a ledger take only a few invocations.
MAX_CONTINUATIONS = 100
ALLOWED = 'a JSON object with "repositoryName", for example {"repositoryName": "team/app"}'
ALLOWED_IMAGE = 'an object with one of "imageDigest" and "imageTag"'


@dataclass(frozen=True, slots=True)
class ScanJob:
    """A repository to scan: all of its images, or only `images`.

    `jobs_in_run` is the number of jobs that share the registry's scans of the day, None when that is not known.
    `continuation` counts how often the job went back to the queue, because its time or its share was used up.
    """

    repository: str
    registry_id: str | None = None
    region: str | None = None
    role_arn: str | None = None
    images: tuple[ImageReference, ...] | None = None
    jobs_in_run: int | None = None
    dry_run: bool = False
    continuation: int = 0

    def next(self) -> "ScanJob":
        """Return the job that continues this one. Raises JobIncompleteError after MAX_CONTINUATIONS."""
        if self.continuation >= MAX_CONTINUATIONS:
            raise JobIncompleteError(
                f"the job for {self.repository} was continued {self.continuation} times and is still not done"
            )
        return replace(self, continuation=self.continuation + 1)


def format_job(job: ScanJob) -> str:
    """Return a job as the JSON text of a queue message."""
    fields: dict[str, Any] = {"repositoryName": job.repository}
    optional = {"registryId": job.registry_id, "region": job.region, "roleArn": job.role_arn}
    fields.update({name: value for name, value in optional.items() if value})
    if job.images is not None:
        fields["images"] = [_format_image(image) for image in job.images]
    if job.jobs_in_run:
        fields["jobsInRun"] = job.jobs_in_run
    if job.dry_run:
        fields["dryRun"] = True
    if job.continuation:
        fields["continuation"] = job.continuation
    return json.dumps(fields)


def parse_job(text: str) -> ScanJob:
    """Read a job; ignores unknown keys. Raises InvalidInputError, which names the key and its value."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError("the job", text[:200], ALLOWED) from error
    if not isinstance(body, Mapping):
        raise InvalidInputError("the job", text[:200], ALLOWED)
    return ScanJob(
        repository=_text(body, "repositoryName"),
        registry_id=_optional_text(body, "registryId"),
        region=_optional_text(body, "region"),
        role_arn=_optional_text(body, "roleArn"),
        images=_images(body.get("images")),
        jobs_in_run=_count(body, "jobsInRun") or None,
        dry_run=_flag(body, "dryRun"),
        continuation=_count(body, "continuation"),
    )


def _text(body: Mapping[str, Any], key: str) -> str:
    return given_text(body.get(key), f"{key} of the job")


def _optional_text(body: Mapping[str, Any], key: str) -> str | None:
    return None if body.get(key) is None else _text(body, key)


def _flag(body: Mapping[str, Any], key: str) -> bool:
    value = body.get(key, False)
    if not isinstance(value, bool):
        raise InvalidInputError(f"{key} of the job", value, "true or false")
    return value


def _count(body: Mapping[str, Any], key: str) -> int:
    value = body.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidInputError(f"{key} of the job", value, "a whole number of at least 0")
    return value


def _images(value: object) -> tuple[ImageReference, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise InvalidInputError("images of the job", value, f"a list, each entry {ALLOWED_IMAGE}")
    return tuple(dict.fromkeys(_image(entry) for entry in value))


def _image(entry: object) -> ImageReference:
    if isinstance(entry, Mapping):
        digest, tag = entry.get("imageDigest"), entry.get("imageTag")
        # The digest identifies the image; a tag beside it may have moved.
        if isinstance(digest, str) and digest:
            return ImageReference(digest=digest)
        if isinstance(tag, str) and tag and digest is None:
            return ImageReference(tag=tag)
    raise InvalidInputError("an entry in images of the job", entry, ALLOWED_IMAGE)


def _format_image(image: ImageReference) -> dict[str, str]:
    return {"imageDigest": image.digest} if image.digest else {"imageTag": image.tag or ""}
