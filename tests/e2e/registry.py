"""The registry as the tests fill it."""

from itertools import count
from typing import Any

from local import manifests
from local.identity import REGION
from local.running import Emulator

OLD, NEW = "CVE-2024-3094", "CVE-2023-38545"

_NUMBERS = count()


class Registry:
    """Pushes images that have one critical finding, OLD; each is a new digest."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def push(
        self, repository: str, *, region: str = REGION, scanned_hours_ago: float | None = None, **facts: Any
    ) -> str:
        """Push an image that was never scanned, or so many hours ago; return its digest."""
        self._emulator.control("ecr/repository", name=repository, region=region)
        manifest = manifests.container_image(f"{repository}/{next(_NUMBERS)}", 40_000_000)
        finding = {"name": OLD, "severity": "CRITICAL", "attributes": []}
        image = {"repository": repository, "manifest": manifest, "findings": [finding], "pushedHoursAgo": 300}
        self._emulator.control("ecr/image", **image | facts, region=region, scannedHoursAgo=scanned_hours_ago)
        return manifests.digest(manifest)

    def finds(self, repository: str, digest: str, *names: str, severity: str = "CRITICAL") -> None:
        """Let the next scan of an image find these."""
        found = [{"name": name, "severity": severity, "attributes": []} for name in names]
        self._emulator.control("ecr/findings", repository=repository, imageDigest=digest, findings=found)
