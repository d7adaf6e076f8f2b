"""List, get, add, replace and remove scan configurations."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.configs.fields import parse_config
from ecr_scan_reporter.domain.configs.values import is_id
from ecr_scan_reporter.errors import EcrScanReporterError, InvalidInputError


class ScanConfigs(Protocol):
    """The stored configurations, to read."""

    def all(self) -> Iterable[ScanConfig]:
        """Return all configurations, the oldest first."""

    def get(self, config_id: str) -> ScanConfig | None:
        """Return the configuration with this id, None where there is none."""


class ScanConfigStore(ScanConfigs, Protocol):
    """The stored configurations, to read and to change."""

    def add(self, config: ScanConfig) -> bool:
        """Store a configuration; return False, and store nothing, when its id is taken."""

    def replace(self, config: ScanConfig) -> bool:
        """Store a configuration over the one with its id; return False, and store nothing, when there is none."""

    def remove(self, config_id: str) -> bool:
        """Remove a configuration; return False when none has this id."""


class ConfigExistsError(EcrScanReporterError):
    """Another configuration has this id."""

    def __init__(self, config: ScanConfig) -> None:
        super().__init__(f"a configuration with the id {config.id} is stored already, and names other images")
        self.config = config


@dataclass(frozen=True, slots=True)
class ConfigAddition:
    """A configuration of the wanted content. `is_new` is False where it was stored before, and nothing was written."""

    config: ScanConfig
    is_new: bool


def list_configs(configs: ScanConfigs) -> list[ScanConfig]:
    """Return all configurations, the oldest first. Raises CallFailedError."""
    return list(configs.all())


def get_config(config_id: str, configs: ScanConfigs) -> ScanConfig | None:
    """Return one configuration, None when none has this id. Raises CallFailedError."""
    return configs.get(config_id)


def add_config(
    fields: object,
    store: ScanConfigStore,
    *,
    new_id: Callable[[], str],
    now: datetime,
    place: str = "the configuration",
    dry_run: bool = False,
) -> ConfigAddition:
    """Store one configuration, given as a mapping with the keys of a file; `place` names it in errors.

    A configuration that names the same images is not stored again: the answer is the stored one. A configuration with
    an id of its own keeps it, with any content that no other id has. `dry_run` stores nothing.
    Raises InvalidConfigError, before any call; ConfigExistsError where the id belongs to other images; CallFailedError.
    """
    config = parse_config(fields, new_id=new_id, created=now, place=place)
    same = next((stored for stored in store.all() if stored.has_content_of(config)), None)
    if same:
        return ConfigAddition(same, is_new=False)
    is_free = store.get(config.id) is None if dry_run else store.add(config)
    if not is_free:
        raise ConfigExistsError(config)
    return ConfigAddition(config, is_new=True)


def replace_config(
    config_id: str, fields: object, store: ScanConfigStore, *, now: datetime, place: str = "the configuration"
) -> ScanConfig | None:
    """Give the configuration with this id another content; return it, None when none has this id.

    It keeps its moment; `now` is that of a stored one that cannot be read. An id in `fields` must be the same.
    Raises InvalidConfigError, before any call; CallFailedError.
    """
    if not is_id(config_id):
        return None
    wanted = parse_config(_with_same_id(config_id, fields, place), new_id=str, created=now, place=place)
    stored = store.get(config_id)
    config = stored.with_content_of(wanted) if stored else wanted
    return config if store.replace(config) else None


def _with_same_id(config_id: str, fields: object, place: str) -> object:
    if not isinstance(fields, Mapping):
        return fields
    given: Mapping[str, Any] = fields
    if given.get("id", config_id) != config_id:
        raise InvalidInputError(f"id of {place}", given["id"], f"{config_id}, or none")
    return {**given, "id": config_id}


def remove_config(config_id: str, store: ScanConfigStore) -> bool:
    """Remove one configuration; return False when none has this id. Raises CallFailedError."""
    return store.remove(config_id)
