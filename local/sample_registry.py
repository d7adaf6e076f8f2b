"""The sample registry: read from sample_registry.toml, and pushed into the local ECR. Each run has the same."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from local import manifests

Fields = dict[str, Any]
Control = Callable[..., Any]
"""Calls one operation of the emulator's control API: a path and the fields."""

SAMPLE = Path(__file__).with_name("sample_registry.toml")
HOURS = {"h": 1, "d": 24}
MEGABYTE = 1_000_000


def fill(control: Control) -> int:
    """Push the whole sample into the local ECR; return the number of image digests."""
    sample = read_sample()
    for repository in sample["repositories"]:
        control(
            "ecr/repository",
            name=repository["name"],
            scanOnPush=repository.get("scan_on_push", False),
            tagMutability=repository.get("tag_mutability"),
            awsTags={"owner": repository["owner"]} if "owner" in repository else {},
        )
    images = list(sample_images(sample))
    for image in images:
        control("ecr/image", **image)
    return len(images)


def read_sample(path: Path = SAMPLE) -> Fields:
    """Read the data file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def sample_images(sample: Fields) -> Iterator[Fields]:
    """Yield each image in the form of the control API, the parts of an index before the index."""
    for repository in sample["repositories"]:
        pushed: dict[str, manifests.Manifest] = {}
        for number, image in enumerate(repository["images"]):
            manifest = _manifest(f"{repository['name']}/{number}", image, pushed, _size(sample, repository, image))
            pushed[image.get("key", str(number))] = manifest
            yield {
                "repository": repository["name"],
                "manifest": manifest,
                **_history(image),
                **_scan(sample, repository, image),
            }


def _manifest(seed: str, image: Fields, pushed: Mapping[str, manifests.Manifest], size: int) -> manifests.Manifest:
    match image.get("kind", "image"):
        case "index":
            return manifests.index([pushed[key] for key in image["of"]])
        case "signature":
            return manifests.signature(seed, pushed[image["subject"]])
        case "attestation":
            return manifests.attestation(seed)
        case "chart":
            return manifests.helm_chart(seed)
        case _:
            return manifests.container_image(seed, size)


def _size(sample: Fields, repository: Fields, image: Fields) -> int:
    system = sample["systems"][_system(repository, image)]
    return int(MEGABYTE * (system["size_mb"] + 11 * len(image.get("packages", ())) + len(repository["name"])))


def _history(image: Fields) -> Fields:
    times = {"pushedHoursAgo": "pushed", "scannedHoursAgo": "scanned", "pulledHoursAgo": "pulled"}
    return {
        "tags": image.get("tags", []),
        **{field: _hours(image[name]) for field, name in times.items() if name in image},
    }


def _scan(sample: Fields, repository: Fields, image: Fields) -> Fields:
    if "unsupported" in image:
        name, version = image["unsupported"]
        return {"unsupportedSystem": {"name": name, "version": version}}
    return {"findings": findings(sample, _system(repository, image), image.get("packages", []))}


def findings(sample: Fields, system: str, packages: list[str]) -> list[Fields]:
    """Return the findings of an image of `system` with further `packages`, as ECR's basic scanning returns them."""
    link = sample["systems"][system]["link"]
    installed = [*packages, *sample["systems"][system]["packages"]]
    return [
        _finding(name, sample["vulnerabilities"][name], package, link)
        for package in installed
        for name in sample["packages"][package]
    ]


def _finding(name: str, vulnerability: list[Any], package: str, link: str) -> Fields:
    severity, score, vector, description = vulnerability
    package_name, _, version = package.partition(" ")
    attributes = {"package_name": package_name, "package_version": version}
    if vector:
        attributes |= {"CVSS3_VECTOR": vector, "CVSS3_SCORE": f"{score:g}"}
    return {
        "name": name,
        "description": description,
        "uri": link.format(name),
        "severity": severity,
        "attributes": [{"key": key, "value": value} for key, value in attributes.items()],
    }


def _system(repository: Fields, image: Fields) -> str:
    return str(image.get("system", repository["system"]))


def _hours(age: str) -> int:
    return int(age[:-1]) * HOURS[age[-1]]
