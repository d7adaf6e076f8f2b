"""Manifests as builders push them, one for each type that ECR distinguishes."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

Manifest = dict[str, Any]
OCI = "application/vnd.oci.image.{}.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
COSIGN_SIGNATURE = "application/vnd.dev.cosign.simplesigning.v1+json"


def digest(manifest: Manifest) -> str:
    """The image digest of a manifest."""
    return _sha256(json.dumps(manifest))


def container_image(seed: str, size_bytes: int) -> Manifest:
    """A container image. `seed` makes its digests; `size_bytes` is spread over a base layer and the application's."""
    sizes = (size_bytes * 7 // 10, size_bytes - size_bytes * 7 // 10)
    layers = [_blob(LAYER, f"{seed}/layer/{index}", size) for index, size in enumerate(sizes)]
    return _manifest(_blob(OCI.format("config"), f"{seed}/config", 7023), layers)


def helm_chart(seed: str) -> Manifest:
    """A Helm chart."""
    layer = _blob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", f"{seed}/chart", 18_211)
    return _manifest(_blob("application/vnd.cncf.helm.config.v1+json", f"{seed}/config", 512), [layer])


def attestation(seed: str) -> Manifest:
    """The provenance that a builder adds to an index; it has the type of an image without an operating system."""
    layer = _blob("application/vnd.in-toto+json", f"{seed}/provenance", 21_003)
    return _manifest(_blob(OCI.format("config"), f"{seed}/config", 241), [layer])


def signature(seed: str, subject: Manifest) -> Manifest:
    """A signature that refers to its manifest."""
    layer = _blob(COSIGN_SIGNATURE, f"{seed}/signature", 243)
    manifest = _manifest(_blob(OCI.format("config"), f"{seed}/config", 233), [layer])
    refers_to = {"mediaType": subject["mediaType"], "digest": digest(subject), "size": len(json.dumps(subject))}
    return {**manifest, "artifactType": COSIGN_SIGNATURE, "subject": refers_to}


def index(children: Sequence[Manifest]) -> Manifest:
    """A multi-architecture index."""
    entries = [
        {"mediaType": each["mediaType"], "digest": digest(each), "size": len(json.dumps(each))} for each in children
    ]
    return {"schemaVersion": 2, "mediaType": OCI.format("index"), "manifests": entries}


def _manifest(config: Manifest, layers: Sequence[Manifest]) -> Manifest:
    return {"schemaVersion": 2, "mediaType": OCI.format("manifest"), "config": config, "layers": list(layers)}


def _blob(media_type: str, seed: str, size: int) -> Manifest:
    return {"mediaType": media_type, "digest": _sha256(seed), "size": size}


def _sha256(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
