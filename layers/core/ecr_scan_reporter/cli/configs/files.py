"""The files of an import: of this machine, of standard input, of S3."""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ecr_scan_reporter.domain.configs.imports import S3_SCHEME
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.use_cases.import_configs import ConfigFile

STANDARD_INPUT = "-"


def read_files(
    sources: Iterable[str], read_objects: Callable[[str], Iterable[tuple[str, bytes]]]
) -> Iterator[ConfigFile]:
    """Yield the files that sources name: a path, a directory, `-` for standard input, an address of S3.

    Of a directory these are the files that end in `.json`; at an address all objects. Raises InvalidInputError where a
    source has none; CallFailedError.
    """
    for source in sources:
        if source.startswith(S3_SCHEME):
            yield from (ConfigFile(name, content) for name, content in read_objects(source))
        elif source == STANDARD_INPUT:
            yield ConfigFile("standard input", sys.stdin.buffer.read())
        else:
            yield from map(_read, _paths(Path(source)))


def _paths(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    paths = sorted(path.glob("*.json"))
    if not paths:
        raise InvalidInputError("the directory", str(path), "one with files that end in .json")
    return paths


def _read(path: Path) -> ConfigFile:
    try:
        return ConfigFile(str(path), path.read_bytes())
    except OSError as error:
        raise InvalidInputError("the file", str(path), f"one that can be read ({error.strerror})") from error
