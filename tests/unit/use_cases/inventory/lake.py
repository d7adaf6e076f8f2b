"""A lake in memory, and images to write into it."""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import ImageFindings
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.inventory.lake_samples import KNOWN_IMAGE
from tests.unit.samples import image_id


class FakeLakeBucket:
    """Keeps the files; `writes` has the key of each write, `deleted` of each deletion."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.writes: list[str] = []
        self.deleted: list[str] = []

    def put(self, key: str, body: bytes) -> None:
        self.files[key] = body
        self.writes.append(key)

    def get(self, key: str) -> bytes | None:
        return self.files.get(key)

    def keys(self, prefix: str) -> Iterator[str]:
        yield from sorted(key for key in self.files if key.startswith(prefix))

    def delete(self, key: str) -> None:
        del self.files[key]
        self.deleted.append(key)


def found(number: int, findings: int) -> ImageFindings:
    """Return an image with so many findings, which differ from one another."""
    names = [f"CVE-2026-{hash((number, each)) % 10**12}" for each in range(findings)]
    image = replace(KNOWN_IMAGE, id=image_id(number))
    return ImageFindings(image, tuple(Finding(name, Severity.HIGH, "openssl", "3.0.1") for name in names))


def rows(files: Mapping[str, bytes], table: str) -> list[dict[str, Any]]:
    """Return the rows of a table, file by file."""
    parts = [files[key] for key in sorted(files, key=lambda key: (len(key), key)) if f"/{table}/" in key]
    return [json.loads(line) for part in parts for line in gzip.decompress(part).splitlines()]
