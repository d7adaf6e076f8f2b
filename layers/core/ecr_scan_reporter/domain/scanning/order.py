"""Which images come first across a registry, where the scans of a day do not reach all that are due.

The inventory publishes the order as one object of the findings bucket, and the images scanner reads it.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.findings.members import Members
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.scanning.limits import FirstImages, short_digest
from ecr_scan_reporter.errors import InvalidInputError

ORDER_KEY = "inventory/v1/scan-order.json.gz"
SCHEMA = 1
NAME = "the order of scans"
# A day of 100,000 scans (domain.scanning.policy.ECR_SCANS_PER_DAY) in as many repositories has less.
MAX_UNPACKED_BYTES = 40_000_000
_GZIP = 31


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """The images that come first, and how many were `due` at `built_at`.

    `registries` has the ends of digests by registry (`account/region`) and repository, the most important first.
    It is empty when a day reaches all that are due.
    """

    built_at: datetime
    due: int = 0
    registries: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def of(self, repository: Repository) -> FirstImages | None:
        """Return the images of a repository that come first; None where there is no order of its registry."""
        names = self.registries.get(_registry(repository))
        if names is None:
            return None
        return FirstImages({digest: place for place, digest in enumerate(names.get(repository.name, ()))})


def order_of(images: Iterable[ImageId], *, due: int, built_at: datetime) -> ScanOrder:
    """Return the order in which these images come first, the most important of them first."""
    registries: dict[str, dict[str, list[str]]] = {}
    for image in images:
        names = registries.setdefault(_registry(image.repository), {})
        names.setdefault(image.repository.name, []).append(short_digest(image.digest))
    first = {registry: {name: tuple(d) for name, d in names.items()} for registry, names in registries.items()}
    return ScanOrder(built_at, due, first)


def pack_order(order: ScanOrder) -> bytes:
    """Write an order as compressed JSON. The same order gives the same bytes."""
    document = {
        "schema": SCHEMA,
        "builtAt": format_moment(order.built_at),
        "due": order.due,
        "registries": {registry: dict(names) for registry, names in order.registries.items()},
    }
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode(), wbits=_GZIP)


def unpack_order(content: bytes) -> ScanOrder:
    """Read an order. Raises InvalidInputError that names what is wrong with it."""
    try:
        document = json.loads(_unpacked(content))
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(NAME, str(error), "JSON") from error
    members = Members(document, NAME)
    if members.value("schema") != SCHEMA:
        raise InvalidInputError(f"schema of {NAME}", members.value("schema"), f"{SCHEMA}, the one of this version")
    built_at = members.moment("builtAt")
    if built_at is None:
        raise InvalidInputError(f"builtAt of {NAME}", None, "a moment")
    registries = _object(members.value("registries"), "registries")
    return ScanOrder(built_at, int(members.number("due") or 0), {key: _names(registries[key]) for key in registries})


def _unpacked(content: bytes) -> bytes:
    decompressor = zlib.decompressobj(_GZIP)
    try:
        unpacked = decompressor.decompress(content, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise InvalidInputError(NAME, str(error), "gzip") from error
    if not decompressor.eof:
        raise InvalidInputError(NAME, f"{len(content)} bytes", f"all of it, at most {MAX_UNPACKED_BYTES} bytes")
    return unpacked


def _names(value: object) -> Mapping[str, tuple[str, ...]]:
    return {name: _digests(digests) for name, digests in _object(value, "a registry").items()}


def _digests(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(digest, str) for digest in value):
        raise InvalidInputError(f"a repository of {NAME}", value, "a list of the ends of digests")
    return tuple(value)


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidInputError(f"{name} of {NAME}", value, "a JSON object")
    return value


def _registry(repository: Repository) -> str:
    return f"{repository.registry_id}/{repository.region}"
