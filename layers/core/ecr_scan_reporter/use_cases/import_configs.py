"""Store the scan configurations of files, such as those of amazon-ecr-continuous-scan."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.configs.fields import InvalidConfigError, parse_config
from ecr_scan_reporter.domain.configs.imports import ConfigImportPlan, FileConfig, plan_import
from ecr_scan_reporter.domain.events.fields import read_json
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.use_cases.configs import ConfigExistsError, ScanConfigStore


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """The content of a file, or of an object of S3; `name` is its path or address."""

    name: str
    content: bytes


def import_configs(
    files: Iterable[ConfigFile],
    store: ScanConfigStore,
    *,
    new_id: Callable[[], str],
    now: datetime,
    dry_run: bool,
) -> ConfigImportPlan:
    """Store what files have and the store lacks; return what changes.

    A file has one JSON object, or a list of them. A configuration keeps the id and the moment that it has. `dry_run`
    stores nothing. Raises InvalidConfigError with all faults of all files, before anything is written;
    ConfigExistsError where an id is taken meanwhile; CallFailedError.
    """
    plan = plan_import(store.all(), _read(files, new_id, now))
    for config in () if dry_run else plan.added:
        if not store.add(config):
            raise ConfigExistsError(config)
    return plan


def _read(files: Iterable[ConfigFile], new_id: Callable[[], str], now: datetime) -> list[FileConfig]:
    configs: list[FileConfig] = []
    faults: list[InvalidInputError] = []
    for place, fields in _entries(files, faults):
        try:
            configs.append(FileConfig(place, _parse(fields, place, new_id, now)))
        except InvalidConfigError as error:
            faults += error.faults
    if faults:
        raise InvalidConfigError(faults)
    return configs


def _parse(fields: object, place: str, new_id: Callable[[], str], now: datetime) -> ScanConfig:
    return parse_config(fields, new_id=new_id, created=now, place=place)


def _entries(files: Iterable[ConfigFile], faults: list[InvalidInputError]) -> Iterator[tuple[str, object]]:
    """Yield each entry of each file, with its name; add files without JSON to `faults`."""
    for file in files:
        try:
            document = read_json(file.content, file.name)
        except InvalidInputError as error:
            faults.append(error)
            continue
        if isinstance(document, list):
            yield from ((f"{file.name}, entry {number}", entry) for number, entry in enumerate(document, 1))
        else:
            yield file.name, document
