"""List all repositories of a registry, and those elsewhere that are configured, with all images, several at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from ecr_scan_reporter.concurrency.threads import ConcurrentMap
from ecr_scan_reporter.domain.registry.descriptions import RepositoryDescription
from ecr_scan_reporter.domain.registry.images import Image, ImageReference, Repository, TagStatus
from ecr_scan_reporter.domain.registry.tag_options import RepositoryOptions
from ecr_scan_reporter.errors import CallFailedError, RepositoryNotFoundError
from ecr_scan_reporter.snapshot.writing.builder import SnapshotBuilder
from ecr_scan_reporter.use_cases.inventory.in_time import InTime
from ecr_scan_reporter.use_cases.inventory.progress import InventoryProgress
from ecr_scan_reporter.use_cases.repository_options import Registry as TaggedRegistry
from ecr_scan_reporter.use_cases.repository_options import repository_options

# The tags of a repository say whose it is, which seldom changes.
TAGS_READ_AGAIN_AFTER = timedelta(days=1)
NO_SUCH_REPOSITORY = "a scan configuration names it, and there is no such repository"


class ImagesOfRegistry(TaggedRegistry, Protocol):
    """The images of a registry, and the AWS tags of its repositories."""

    def images(self, repository: str, tag_status: TagStatus) -> Iterable[Image]:
        """Yield each image of a repository. Raises RepositoryNotFoundError."""


class Registry(ImagesOfRegistry, Protocol):
    """The registry to list."""

    def repositories(self) -> Iterable[RepositoryDescription]:
        """Yield all repositories."""


class OtherRegistry(ImagesOfRegistry, Protocol):
    """Another registry, or one of another region, which is not listed."""

    def repository(self, name: str) -> RepositoryDescription:
        """Return one repository. Raises RepositoryNotFoundError."""

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterable[Image]:
        """Yield the named images that are there. Raises RepositoryNotFoundError."""


@dataclass(frozen=True, slots=True)
class ConfiguredRepository:
    """A repository elsewhere that scan configurations name; `tags` are those of the wanted images, None for all."""

    repository: Repository
    registry: OtherRegistry
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A repository to list; `if_gone` is the error where it is not there, empty where that is none."""

    repository: Repository
    registry: TaggedRegistry
    describe: Callable[[], RepositoryDescription]
    images: Callable[[], Iterable[Image]]
    if_gone: str = ""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A repository as it was listed; `description` is None where it was not: it is gone, or `error` says why."""

    repository: Repository
    description: RepositoryDescription | None = None
    images: tuple[Image, ...] = ()
    options: RepositoryOptions | None = None
    error: str = ""
    is_gone: bool = False


def list_registry(
    registry: Registry,
    builder: SnapshotBuilder,
    across_repositories: ConcurrentMap,
    *,
    owner_key: str,
    elsewhere: Iterable[ConfiguredRepository] = (),
    selects: Callable[[str], object] = bool,
    time_is_up: Callable[[], bool],
    progress: InventoryProgress,
    now: datetime,
) -> list[str]:
    """Write the repositories that `selects` takes by name and those `elsewhere`, with their images.

    Returns in words what went wrong. A repository that cannot be listed stays as it was. One that is gone is removed,
    unless time was up before all were listed. Raises CallFailedError where the repositories themselves cannot be
    listed.
    """
    listed: set[Repository] = set()
    errors: list[str] = []
    wanted = InTime(_wanted(registry, selects, elsewhere), time_is_up)

    def to_list() -> Iterator[tuple[_Wanted, bool]]:
        for each in wanted:
            listed.add(each.repository)
            yield each, builder.needs_tags(each.repository, now - TAGS_READ_AGAIN_AFTER)

    progress.begin("repositories")
    for result in across_repositories(lambda item: _list(*item, owner_key), to_list()):
        _write(result, builder, errors)
        progress.advance()
    if not wanted.is_whole:
        errors.append("time was up before all repositories were listed")
    else:
        for gone in builder.known_repositories() - listed:
            builder.remove_repository(gone)
    builder.end_listing()
    return errors


def _wanted(
    registry: Registry, selects: Callable[[str], object], elsewhere: Iterable[ConfiguredRepository]
) -> Iterator[_Wanted]:
    for description in registry.repositories():
        repository = description.repository
        if selects(repository.name):
            images = partial(registry.images, repository.name, TagStatus.ANY)
            yield _Wanted(repository, registry, partial(_same, description), images)
    for each in elsewhere:
        describe = partial(each.registry.repository, each.repository.name)
        yield _Wanted(each.repository, each.registry, describe, partial(_configured_images, each), NO_SUCH_REPOSITORY)


def _same(description: RepositoryDescription) -> RepositoryDescription:
    return description


def _configured_images(configured: ConfiguredRepository) -> Iterable[Image]:
    name, tags = configured.repository.name, configured.tags
    if tags is None:
        return configured.registry.images(name, TagStatus.ANY)
    return configured.registry.images_named(name, [ImageReference(tag=tag) for tag in tags])


def _list(wanted: _Wanted, needs_tags: bool, owner_key: str) -> _Listed:
    repository = wanted.repository
    try:
        description = wanted.describe()
        options = repository_options(wanted.registry, repository, owner_key) if needs_tags else None
        return _Listed(repository, description, tuple(wanted.images()), options)
    except RepositoryNotFoundError:
        return _Listed(repository, error=wanted.if_gone and f"{repository}: {wanted.if_gone}", is_gone=True)
    except CallFailedError as error:
        return _Listed(repository, error=f"{repository}: {error}")


def _write(listed: _Listed, builder: SnapshotBuilder, errors: list[str]) -> None:
    repository = listed.repository
    if listed.error:
        errors.append(listed.error)
    if listed.description:
        builder.write_repository(listed.description, listed.images, listed.options)
    elif not listed.is_gone:
        builder.write_error(repository, listed.error)
    elif repository in builder.known_repositories():
        builder.remove_repository(repository)
