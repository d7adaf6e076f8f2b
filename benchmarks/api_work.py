"""One question to the API over a large snapshot, cold and warm, in a process of its own: without AWS."""

import json
import subprocess
import sys
import time
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import IO, Generic, TypeVar
from urllib.parse import parse_qsl

from benchmarks.inventory_registry import COMMON_CVE, COMMON_PACKAGE, NOW
from benchmarks.inventory_work import unpack_all
from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.exporter.rendered import RenderedMetrics
from ecr_scan_reporter.settings.api import ApiSettings
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.snapshot.inventory import LocalSnapshot, SnapshotInventory
from ecr_scan_reporter.web.application import Surroundings, answer
from ecr_scan_reporter.web.encoding import Encoded
from ecr_scan_reporter.web.messages import Request

Item = TypeVar("Item")

WARM = 5
_TOKEN = "token"
# An address for each route that reads the inventory.
TARGETS = (
    "/images",
    "/images?severity=critical&repository=shop/*&sort=pushed",
    "/images/{digest}",
    "/vulnerabilities",
    "/vulnerabilities/{common}",
    "/findings?package={package}",
    "/totals",
    "/totals?by=owner",
    "/coverage",
    "/left-behind",
    "/history",
    "/changes",
    "/feed",
    "/session",
    "/metrics",
    "/summary?scope=registry",
    "/images?format=csv",
)


@dataclass(frozen=True)
class Latency:
    """Of one address: milliseconds of the processor from the start to the first answer, and of each later one."""

    cold: float
    warm: float
    status: int
    kilobytes: float


def measured(target: str, folder: Path) -> Latency:
    """Ask in a new process; return what it measured."""
    command = [sys.executable, "-m", "benchmarks.api_work", target, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{target} failed:\n{done.stderr}")
    return Latency(**json.loads(done.stdout))


def ask(target: str, folder: Path) -> Latency:
    """Unpack and open the snapshot of a folder, answer a first time, and some times more."""
    unpack_all(folder)
    api = _Api(SnapshotInventory([LocalSnapshot(SnapshotFiles(folder))]))
    request = api.request(target)
    first = api.answer(request)
    cold = time.process_time()
    times = []
    for _ in range(WARM):
        began = time.process_time()
        api.answer(request)
        times.append(time.process_time() - began)
    size = api.published or len(first.body)
    return Latency(round(cold * 1000), round(median(times) * 1000, 1), int(first.status), round(size / 1000, 1))


class _Api:
    """The API over a snapshot, with a token, and without suppressions and configurations."""

    def __init__(self, inventory: SnapshotInventory) -> None:
        names = ("FINDINGS_BUCKET", "SUPPRESSIONS_TABLE", "SCAN_CONFIGS_TABLE", "API_READ_TOKEN_SECRET")
        self.settings = ApiSettings.from_environment(dict.fromkeys((*names, "API_WRITE_TOKEN_SECRET"), "name"))
        self.suppressions, self.configs = _Nothing[Suppression](), _Nothing[ScanConfig]()
        self.metrics = RenderedMetrics()
        self.published = 0
        self._inventory = inventory
        self._surroundings = Surroundings(_Tokens(), self._publish, str, _stop)

    def inventory(self) -> SnapshotInventory:
        return self._inventory

    def request(self, target: str) -> Request:
        names = {"common": COMMON_CVE, "package": COMMON_PACKAGE}
        if "{digest}" in target:
            names["digest"] = self._inventory.images().items[0].digest
        path, _, query = target.format(**names).partition("?")
        headers = {"authorization": f"Bearer {_TOKEN}", "accept-encoding": "gzip"}
        return Request("GET", path, tuple(parse_qsl(query)), headers, b"", base="https://api.example")

    def answer(self, request: Request) -> Encoded:
        return answer(request, self, self._surroundings, NOW)

    def _publish(self, packed: IO[bytes], _content_type: str, _file_name: str) -> str:
        self.published = len(packed.read())
        return "https://bucket.example"


class _Nothing(Generic[Item]):
    """A store that has nothing, and takes nothing."""

    def all(self) -> list[Item]:
        return []

    def get(self, _id: str) -> Item | None:
        return None

    def add(self, _item: Item) -> bool:
        return False

    save = replace = add

    def remove(self, _id: str) -> bool:
        return False


class _Tokens:
    def read(self, *, again: bool = False) -> Collection[str]:  # noqa: ARG002 - it has one
        return (_TOKEN,)

    def write(self, *, again: bool = False) -> Collection[str]:  # noqa: ARG002 - it has none
        return ()


def _stop(error: Exception) -> None:
    raise error


if __name__ == "__main__":
    print(json.dumps(asdict(ask(sys.argv[1], Path(sys.argv[2])))))
