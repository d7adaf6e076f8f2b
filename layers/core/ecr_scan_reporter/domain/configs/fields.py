"""Scan configurations as mappings: the keys of a JSON body, of a file and of the DynamoDB item are the same."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from ecr_scan_reporter.domain.configs import values
from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.configs.values import ALLOWED
from ecr_scan_reporter.domain.moments import EPOCH
from ecr_scan_reporter.errors import InvalidInputError, MissingInputError

Value = TypeVar("Value")

REQUIRED = ("region", "registry", "repository")


class InvalidConfigError(InvalidInputError):
    """A scan configuration is wrong; `faults` has each fault, and the message a line for it."""

    def __init__(self, faults: Sequence[InvalidInputError]) -> None:
        super().__init__(faults[0].name, faults[0].value, faults[0].allowed)
        self.args = ("\n".join(map(str, faults)),)
        self.faults = tuple(faults)


def config_document(config: ScanConfig) -> dict[str, Any]:
    """Write a configuration for readers: all keys in one order, `tags` null for all tags."""
    return {
        "id": config.id,
        "created": values.format_created(config.created),
        "region": config.region,
        "registry": config.registry,
        "repository": config.repository,
        "tags": None if config.tags is None else list(config.tags),
    }


def parse_config(
    fields: object, *, new_id: Callable[[], str], created: datetime, place: str = "the configuration"
) -> ScanConfig:
    """Read a configuration. `place` names it in errors.

    `new_id` and `created` are used where `fields` has no id and no moment; `created` is cut to whole seconds.
    Raises InvalidConfigError with all faults. An unknown key is a fault too: with a misspelt `tags` the configuration
    would name the whole repository.
    """
    reader = _Reader(fields, place)
    config = ScanConfig(
        id=reader.read("id", values.parse_id, ""),
        created=reader.read("created", values.parse_created, created.replace(microsecond=0)),
        region=reader.read("region", values.parse_region, ""),
        registry=reader.read("registry", values.parse_registry, ""),
        repository=reader.read("repository", values.parse_repository, ""),
        tags=reader.read("tags", values.parse_tags, None),
    )
    if reader.faults:
        raise InvalidConfigError(reader.faults)
    return config if config.id else replace(config, id=new_id())


def parse_stored_config(fields: Mapping[str, Any]) -> ScanConfig:
    """Read a stored configuration; one that was written by hand may lack the moment. Raises InvalidConfigError."""
    id_ = fields.get("id")
    place = f"configuration {id_}" if values.is_id(id_) else "a stored configuration"
    return parse_config(fields, new_id=str, created=EPOCH, place=place)


class _Reader:
    """Reads one configuration and collects its faults."""

    def __init__(self, fields: object, place: str) -> None:
        self._is_mapping = isinstance(fields, Mapping)
        self._fields: Mapping[Any, Any] = fields if isinstance(fields, Mapping) else {}
        self._place = place
        self.faults: list[InvalidInputError] = []
        if not self._is_mapping:
            self.faults.append(InvalidInputError(place, fields, f"a JSON object of {', '.join(ALLOWED)}"))
        for key in self._fields:
            if key not in ALLOWED:
                self.faults.append(InvalidInputError(f"a key of {place}", key, ", ".join(ALLOWED)))

    def read(self, key: str, parse: Callable[[Any], Value], default: Value) -> Value:
        """Return the value of a key, the default where it is missing or wrong."""
        name = f"{key} of {self._place}"
        if key not in self._fields:
            if key in REQUIRED and self._is_mapping:
                self.faults.append(MissingInputError(name, ALLOWED[key]))
            return default
        try:
            return parse(self._fields[key])
        except (ValueError, OverflowError, OSError):
            self.faults.append(InvalidInputError(name, self._fields[key], ALLOWED[key]))
            return default
