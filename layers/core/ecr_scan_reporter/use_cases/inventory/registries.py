"""The registries of an inventory: the application's own, and those that scan configurations name."""

from collections.abc import Callable, Iterable
from typing import Protocol

from ecr_scan_reporter.domain.configs.configs import ScanConfig, named_images
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.registry.discovery import Home
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.use_cases.inventory import ask_baselines, list_registry
from ecr_scan_reporter.use_cases.inventory.list_registry import ConfiguredRepository


class OtherRegistry(list_registry.OtherRegistry, ask_baselines.Registry, Protocol):
    """Another registry, or one of another region."""


class Registries:
    """The registry of the application, which is at `home`, and others by a repository in them.

    Without `home`, all repositories are in the first registry.
    """

    def __init__(
        self, own: ask_baselines.Registry, home: Home | None, other: Callable[[Repository], OtherRegistry]
    ) -> None:
        self._own, self._home, self._other = own, home, other

    def elsewhere(self, configs: Iterable[ScanConfig]) -> list[ConfiguredRepository]:
        """Return what configurations name in other registries: one's own is listed as a whole."""
        return [
            ConfiguredRepository(repository, self._other(repository), tags)
            for repository, tags in named_images(configs).items()
            if not self._is_own(repository)
        ]

    def scan_result(self, image: ImageId) -> ScanResult | None:
        """Return the last scan of an image from its registry, None without one. Raises ImageNotFoundError."""
        registry = self._own if self._is_own(image.repository) else self._other(image.repository)
        return registry.scan_result(image)

    def _is_own(self, repository: Repository) -> bool:
        return self._home is None or (repository.registry_id, repository.region) == (
            self._home.account,
            self._home.region,
        )
