"""Read what the AWS tags of a repository say about it."""

from collections.abc import Mapping
from typing import Protocol

from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.tag_options import RepositoryOptions, parse_options
from ecr_scan_reporter.errors import CallFailedError


class Registry(Protocol):
    """The registry of the repository."""

    def repository_tags(self, repository: Repository) -> Mapping[str, str]:
        """Return the AWS tags, none where the repository is gone. Raises CallFailedError."""


def repository_options(registry: Registry, repository: Repository, owner_key: str) -> RepositoryOptions:
    """Return the options of a repository; without the right to read its tags, the general settings hold."""
    try:
        tags = registry.repository_tags(repository)
    except CallFailedError as error:
        if not error.is_denied:
            raise
        return RepositoryOptions(tag_warnings=(f"the tags of the repository could not be read: {error.code}",))
    return parse_options(tags, owner_key)
