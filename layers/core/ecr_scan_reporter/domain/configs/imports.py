"""Which of the configurations in files are new."""

from collections.abc import Iterable
from dataclasses import dataclass

from ecr_scan_reporter.domain.configs.configs import ScanConfig, describe_config
from ecr_scan_reporter.domain.configs.fields import InvalidConfigError
from ecr_scan_reporter.errors import InvalidInputError

# The beginning of the address of files in a bucket.
S3_SCHEME = "s3://"


@dataclass(frozen=True, slots=True)
class FileConfig:
    """A configuration of a file; `place` names it in messages."""

    place: str
    config: ScanConfig


@dataclass(frozen=True, slots=True)
class ConfigDouble:
    """A configuration of a file that names the images of another one, which is stored or comes before it."""

    place: str
    other: ScanConfig


@dataclass(frozen=True, slots=True)
class ConfigImportPlan:
    """What an import adds, and what it skips."""

    added: tuple[ScanConfig, ...]
    doubles: tuple[ConfigDouble, ...]


def plan_import(stored: Iterable[ScanConfig], wanted: Iterable[FileConfig]) -> ConfigImportPlan:
    """Return what to add. Raises InvalidConfigError, with each id that belongs to other images already."""
    by_content = {config.content: config for config in stored}
    by_id = {config.id: config for config in by_content.values()}
    added, doubles, faults = [], [], []
    for each in wanted:
        config = each.config
        if config.content in by_content:
            doubles.append(ConfigDouble(each.place, by_content[config.content]))
        elif config.id in by_id:
            allowed = f"another one: this is the id of {describe_config(by_id[config.id])}"
            faults.append(InvalidInputError(f"id of {each.place}", config.id, allowed))
        else:
            added.append(config)
            by_content[config.content] = by_id[config.id] = config
    if faults:
        raise InvalidConfigError(faults)
    return ConfigImportPlan(tuple(added), tuple(doubles))
