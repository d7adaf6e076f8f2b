"""Repositories from the pages of DescribeRepositories.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html
"""

from collections.abc import Mapping
from typing import Any

from ecr_scan_reporter.domain.registry.descriptions import RepositoryDescription
from ecr_scan_reporter.domain.registry.images import Repository


def read_description(repository: Mapping[str, Any], region: str) -> RepositoryDescription:
    """Return a repository of the registry in `region`."""
    return RepositoryDescription(
        Repository(repository.get("registryId", ""), region, repository["repositoryName"]),
        uri=repository.get("repositoryUri", ""),
        tag_mutability=repository.get("imageTagMutability", ""),
        is_scanned_on_push=repository.get("imageScanningConfiguration", {}).get("scanOnPush", False),
        encryption_type=repository.get("encryptionConfiguration", {}).get("encryptionType", ""),
    )
