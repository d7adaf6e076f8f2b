"""List all repositories of a registry and all their images, several repositories at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ecr_scan_reporter.concurrency.threads import ConcurrentMap
from ecr_scan_reporter.domain.registry.descriptions import RepositoryDescription
from ecr_scan_reporter.domain.registry.images import Image, Repository, TagStatus
from ecr_scan_reporter.domain.registry.tag_options import RepositoryOptions
from ecr_scan_reporter.errors import CallFailedError, RepositoryNotFoundError
from ecr_scan_reporter.snapshot.writing.builder import SnapshotBuilder
from ecr_scan_reporter.use_cases.inventory.progress import InventoryProgress
from ecr_scan_reporter.use_cases.repository_options import repository_options

# The tags of a repository say whose it is, which seldom changes.
TAGS_READ_AGAIN_AFTER = timedelta(days=1)


class Registry(Protocol):
    """The registry to list."""

    def repositories(self) -> Iterable[RepositoryDescription]:
        """Yield all repositories."""

    def images(self, repository: str, tag_status: TagStatus) -> Iterable[Image]:
        """Yield each image of a repository. Raises RepositoryNotFoundError."""

    def repository_tags(self, repository: Repository) -> Mapping[str, str]:
        """Return the AWS tags of a repository, none where it is gone."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A repository as it was listed; `images` is None where it is gone, `error` says why it could not be listed."""

    description: RepositoryDescription
    images: tuple[Image, ...] | None = ()
    options: RepositoryOptions | None = None
    error: str = ""


def list_registry(
    registry: Registry,
    builder: SnapshotBuilder,
    across_repositories: ConcurrentMap,
    *,
    owner_key: str,
    selects: Callable[[str], object] = bool,
    time_is_up: Callable[[], bool],
    progress: InventoryProgress,
    now: datetime,
) -> list[str]:
    """Write the repositories that `selects` takes by name, with their images; return in words what went wrong.

    A repository that cannot be listed stays as it was. One that is gone is removed, unless time was up before all were
    listed. Raises CallFailedError where the repositories themselves cannot be listed.
    """
    listed: set[Repository] = set()
    errors: list[str] = []
    is_cut_short = False

    def wanted() -> Iterator[tuple[RepositoryDescription, bool]]:
        nonlocal is_cut_short
        for description in registry.repositories():
            if time_is_up():
                is_cut_short = True
                errors.append("time was up before all repositories were listed")
                return
            if selects(description.repository.name):
                listed.add(description.repository)
                yield description, builder.needs_tags(description.repository, now - TAGS_READ_AGAIN_AFTER)

    progress.begin("repositories")
    for each in across_repositories(lambda item: _list(registry, *item, owner_key), wanted()):
        _write(each, builder, errors)
        progress.advance()
    if not is_cut_short:
        for gone in builder.known_repositories() - listed:
            builder.remove_repository(gone)
    builder.end_listing()
    return errors


def _list(registry: Registry, description: RepositoryDescription, needs_tags: bool, owner_key: str) -> _Listed:
    repository = description.repository
    try:
        options = repository_options(registry, repository, owner_key) if needs_tags else None
        return _Listed(description, tuple(registry.images(repository.name, TagStatus.ANY)), options)
    except RepositoryNotFoundError:
        return _Listed(description, None)
    except CallFailedError as error:
        return _Listed(description, error=f"{repository}: {error}")


def _write(listed: _Listed, builder: SnapshotBuilder, errors: list[str]) -> None:
    repository = listed.description.repository
    if listed.error:
        errors.append(listed.error)
        builder.write_error(repository, listed.error)
    elif listed.images is not None:
        builder.write_repository(listed.description, listed.images, listed.options)
    elif repository in builder.known_repositories():
        builder.remove_repository(repository)
