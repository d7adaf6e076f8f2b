"""ARNs of repositories in ECR, and of their images in Amazon Inspector.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
"""

import re

from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.partitions import partition_of

_REPOSITORY = re.compile(
    r"arn:[a-z-]+:ecr:(?P<region>[a-z0-9-]+):(?P<registry_id>[0-9]{12}):repository/(?P<name>[a-z0-9][a-z0-9._/-]*)"
)
_IMAGE = re.compile(rf"{_REPOSITORY.pattern}/(?P<digest>sha256:[0-9a-f]{{64}})")


def repository_arn(repository: Repository) -> str:
    """Return the ARN of a repository."""
    partition = partition_of(repository.region).name
    return f"arn:{partition}:ecr:{repository.region}:{repository.registry_id}:repository/{repository.name}"


def image_arn(image: ImageId) -> str:
    """Return the ARN of an image, as Amazon Inspector and Security Hub name it."""
    return f"{repository_arn(image.repository)}/{image.digest}"


def parse_repository_arn(arn: str) -> Repository | None:
    """Return the repository of `arn:...:ecr:REGION:ACCOUNT:repository/NAME`, None for another text."""
    match = _REPOSITORY.fullmatch(arn)
    return _repository(match) if match else None


def parse_image_arn(arn: str) -> ImageId | None:
    """Return the image of `arn:...:repository/NAME/sha256:...`, None for another text."""
    match = _IMAGE.fullmatch(arn)
    return ImageId(_repository(match), match["digest"]) if match else None


def _repository(match: re.Match[str]) -> Repository:
    return Repository(match["registry_id"], match["region"], match["name"])
