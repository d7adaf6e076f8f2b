"""Multi-architecture indexes: the images in them, of which ECR scans each by itself.

https://github.com/opencontainers/image-spec/blob/main/image-index.md
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecr_scan_reporter.errors import InvalidInputError

_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One image of an index: its digest, and its platform such as `linux/arm64/v8`, empty where none is named."""

    digest: str
    platform: str


def parse_index(manifest: str) -> tuple[IndexEntry, ...]:
    """Return the images of an index, each once, without attestations and artifacts. Raises InvalidInputError."""
    try:
        listed = json.loads(manifest)["manifests"]
        entries = {each["digest"]: _platform(each) for each in listed if _is_image(each)}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidInputError("the manifest of the index", manifest, "a list of manifests") from error
    return tuple(IndexEntry(digest, platform) for digest, platform in entries.items())


def _is_image(entry: Mapping[str, Any]) -> bool:
    # Builders mark attestations so: https://docs.docker.com/build/metadata/attestations/attestation-storage/
    is_attestation = "vnd.docker.reference.type" in (entry.get("annotations") or {})
    return not is_attestation and not entry.get("artifactType") and _platform(entry) != f"{_UNKNOWN}/{_UNKNOWN}"


def _platform(entry: Mapping[str, Any]) -> str:
    platform = entry.get("platform") or {}
    return "/".join(filter(None, (platform.get(part) for part in ("os", "architecture", "variant"))))
