"""A scan configuration: a repository of any registry and region to scan, or some of its tags."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ecr_scan_reporter.domain.registry.images import Repository


@dataclass(frozen=True, slots=True)
class ScanConfig:
    """A scan configuration. `id` is a UUID, `created` a moment in whole seconds.

    `registry` is the account of the registry; `tags` are the tags of the images to scan, None for the whole repository.
    """

    id: str
    created: datetime
    region: str
    registry: str
    repository: str
    tags: tuple[str, ...] | None = None

    @property
    def place(self) -> Repository:
        """The repository, with its registry and region."""
        return Repository(self.registry, self.region, self.repository)

    @property
    def content(self) -> tuple[Repository, frozenset[str] | None]:
        """The named images, in any order of the tags."""
        return self.place, None if self.tags is None else frozenset(self.tags)

    def has_content_of(self, other: "ScanConfig") -> bool:
        """Tell whether both name the same images."""
        return self.content == other.content

    def with_content_of(self, other: "ScanConfig") -> "ScanConfig":
        """Return a configuration that names the images of another one, and keeps its id and moment."""
        return replace(other, id=self.id, created=self.created)


def describe_config(config: ScanConfig) -> str:
    """Return in words which images a configuration names."""
    tags = f", tags {', '.join(config.tags)}" if config.tags else ""
    return f"{config.repository} in {config.region} of account {config.registry}{tags}"


def in_order(configs: list[ScanConfig]) -> list[ScanConfig]:
    """Return configurations in their order in lists: the oldest first."""
    return sorted(configs, key=lambda config: (config.created, config.id))


def named_images(configs: Iterable[ScanConfig]) -> Mapping[Repository, tuple[str, ...] | None]:
    """Return the repositories that configurations name, each with all its named tags, None for the whole of it."""
    named: dict[Repository, tuple[str, ...] | None] = {}
    for config in configs:
        known = named.get(config.place, ())
        is_whole = known is None or config.tags is None
        named[config.place] = None if is_whole else tuple(dict.fromkeys((*(known or ()), *(config.tags or ()))))
    return named
