"""The images in the manifests of indexes, as builders push them."""

import json
from typing import Any

import pytest

from ecr_scan_reporter.domain.registry.indexes import IndexEntry, parse_index
from ecr_scan_reporter.errors import InvalidInputError


def index(*entries: dict[str, Any]) -> str:
    return json.dumps({"schemaVersion": 2, "manifests": entries})


ARM = {"digest": "sha256:a", "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}}
AMD = {"digest": "sha256:b", "platform": {"os": "linux", "architecture": "amd64"}}
ATTESTATION = {
    "digest": "sha256:c",
    "platform": {"os": "unknown", "architecture": "unknown"},
    "annotations": {"vnd.docker.reference.type": "attestation-manifest"},
}


def test_images_have_their_platforms_and_attestations_are_none() -> None:
    assert parse_index(index(ARM, AMD, ATTESTATION, AMD)) == (
        IndexEntry("sha256:a", "linux/arm64/v8"),
        IndexEntry("sha256:b", "linux/amd64"),
    )


@pytest.mark.parametrize(
    "entry", [{"digest": "sha256:d"}, {"digest": "sha256:d", "platform": None}, {"digest": "sha256:d", "platform": {}}]
)
def test_an_image_may_have_no_platform(entry: dict[str, Any]) -> None:
    assert parse_index(index(entry)) == (IndexEntry("sha256:d", ""),)


def test_an_artifact_is_no_image() -> None:
    assert parse_index(index({"digest": "sha256:e", "artifactType": "application/spdx+json"})) == ()


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"manifests": 1}', '{"manifests": [{}]}', '{"manifests": [1]}'])
def test_anything_else_is_refused(manifest: str) -> None:
    with pytest.raises(InvalidInputError, match="the manifest of the index"):
        parse_index(manifest)
