"""The type of a manifest, and whether ECR's basic scanning supports it."""

import json
from typing import Any

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
IN_TOTO_LAYER = "application/vnd.in-toto+json"

_INDEXES = {OCI_INDEX, "application/vnd.docker.distribution.manifest.list.v2+json"}
_IMAGE_CONFIGS = {OCI_CONFIG, DOCKER_CONFIG}


class Manifest:
    """A manifest as it was pushed."""

    def __init__(self, text: str) -> None:
        self._fields: dict[str, Any] = json.loads(text)

    @property
    def artifact_media_type(self) -> str | None:
        """ECR's artifactMediaType, from the config. An index has none."""
        explicit: str | None = self._fields.get("artifactType")
        config: str | None = self._fields.get("config", {}).get("mediaType")
        return explicit or config

    @property
    def subject_digest(self) -> str | None:
        """The digest that this artifact refers to (a signature, an SBOM, an attestation)."""
        digest: str | None = self._fields.get("subject", {}).get("digest")
        return digest

    @property
    def size_bytes(self) -> int:
        """The size that ECR shows: the sum of the compressed layers."""
        return sum(layer.get("size", 0) for layer in self._fields.get("layers", []))

    def unscannable_type(self, manifest_media_type: str) -> str | None:
        """The media type for which ECR refuses the scan; None for a supported one."""
        if manifest_media_type in _INDEXES:
            return manifest_media_type
        if self.artifact_media_type not in _IMAGE_CONFIGS:
            return self.artifact_media_type or manifest_media_type
        return next((kind for kind in self._layer_types() if kind == IN_TOTO_LAYER), None)

    def _layer_types(self) -> list[str]:
        return [layer.get("mediaType", "") for layer in self._fields.get("layers", [])]
