"""Files of suppressions: YAML and JSON, read and written."""

import json
import sys
from collections.abc import Callable, Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from ecr_scan_reporter.domain.suppressions.fields import suppression_fields
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import EcrScanReporterError, InvalidInputError

ALLOWED = "YAML or JSON, in UTF-8"
MAX_SHOWN = 80


class UnusableFileError(EcrScanReporterError):
    """A file that can be read, and whose suppressions cannot be stored."""


def read_document(content: bytes) -> object:
    """Parse a file; raise InvalidInputError with the place where it is neither YAML nor JSON.

    All scalars of YAML are read as texts: the tag 1.10 stays 1.10, and does not become 1.1.
    """
    text = read_text(content)
    try:
        return json.loads(text, object_pairs_hook=_without_doubles)
    except json.JSONDecodeError:
        return _parse_yaml(text)
    except InvalidInputError:
        _parse_yaml(as_yaml_text(text))  # names the line of the key, where it reads as YAML too
        raise


def read_text(content: bytes) -> str:
    """Return the text of a file. Raises InvalidInputError where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError("the file", content[error.start : error.end], ALLOWED) from error


def as_yaml_text(text: str) -> str:
    """Return JSON as YAML, with each character in its place: YAML takes no tabs between values."""
    return text.replace("\t", " ")


def _parse_yaml(text: str) -> object:
    try:
        return _TextLoader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        shown = [*text.splitlines(), ""][line]
        raise InvalidInputError(f"line {line + 1} of the file", shown, f"{ALLOWED} ({error.problem})") from error
    except yaml.YAMLError as error:
        raise InvalidInputError("the file", text[:MAX_SHOWN], f"{ALLOWED} ({error})") from error


class _TextLoader(yaml.BaseLoader):
    """A loader that knows texts, lists and mappings, and refuses a key given twice.

    A forgotten dash between two suppressions repeats their keys; the first suppression would be lost.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Return the mapping. Raises YAMLError with the place of a key given twice."""
        keys = set()
        for key_node, _ in node.value:
            if isinstance(key_node, yaml.ScalarNode):
                if key_node.value in keys:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key_node.value!r} is given twice", key_node.start_mark
                    )
                keys.add(key_node.value)
        return super().construct_mapping(node, deep=deep)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        raise InvalidInputError("a mapping", [key for key, _ in pairs], "one with each key once")
    return mapping


def as_yaml(suppressions: Iterable[Suppression]) -> str:
    """Return YAML that can be imported again."""
    text: str = yaml.safe_dump(_document(suppressions), sort_keys=False, allow_unicode=True, width=120)
    return text


def as_json(suppressions: Iterable[Suppression]) -> str:
    """Return JSON that can be imported again."""
    return json.dumps(_document(suppressions), indent=2) + "\n"


def _document(suppressions: Iterable[Suppression]) -> dict[str, Any]:
    return {"suppressions": [suppression_fields(suppression) for suppression in suppressions]}


FORMATS: Mapping[str, Callable[[Iterable[Suppression]], str]] = {"yaml": as_yaml, "json": as_json}


def write_text(file: str, text: str) -> None:
    """Write a file, or to standard output where it is `-`. Raises InvalidInputError when it cannot be written."""
    if file == "-":
        sys.stdout.write(text)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInputError("the file to write", file, f"one that can be written ({error.strerror})") from error
