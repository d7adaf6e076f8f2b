"""The work of an inventory build, and of its questions, each in a process of its own: without AWS."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import IO, Any

from benchmarks.inventory_registry import (
    COMMON_CVE,
    COMMON_PACKAGE,
    NOW,
    MadeImage,
    every_image,
    owner_of,
    suppressions,
)
from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.findings.stored_document import StoredDocument
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageFilter, ImageSort, TotalsBy
from ecr_scan_reporter.domain.ledger.entries import ImageState
from ecr_scan_reporter.domain.registry.descriptions import RepositoryDescription
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.tag_options import RepositoryOptions
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.snapshot.files import NAMES, SnapshotFiles
from ecr_scan_reporter.snapshot.inventory import LocalSnapshot, SnapshotInventory
from ecr_scan_reporter.snapshot.packing import Packed, pack, unpack
from ecr_scan_reporter.snapshot.writing.builder import SnapshotBuilder
from ecr_scan_reporter.snapshot.writing.suppressions import Suppressions

CHANGED_EVERY = 100


@dataclass
class Measures:
    """Seconds of the processor, peak memory, and sizes in MB."""

    cpu: float = 0.0
    peak_mb: float = 0.0
    raw_mb: dict[str, float] = field(default_factory=dict)
    packed_mb: dict[str, float] = field(default_factory=dict)
    steps: dict[str, float] = field(default_factory=dict)
    milliseconds: dict[str, float] = field(default_factory=dict)


def measured(work: str, images: int, folder: Path) -> Measures:
    """Do the work in a new process; return what it measured."""
    command = [sys.executable, "-m", "benchmarks.inventory_work", work, str(images), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{work} of {images} images failed:\n{done.stderr}")
    return Measures(**json.loads(done.stdout))


class _Steps:
    """Seconds of the processor for each step, without the waits for documents."""

    def __init__(self) -> None:
        self._began = self._last = time.process_time()
        self.seconds: dict[str, float] = {}

    def end(self, name: str) -> None:
        now = time.process_time()
        self.seconds[name] = round(now - self._last, 3)
        self._last = now

    def all(self) -> float:
        return time.process_time() - self._began


def full(images: int, folder: Path) -> Measures:
    """Build a registry anew, and pack it."""
    steps = _Steps()
    builder = _builder(folder, is_fresh=True)
    return _build(builder, images, folder, steps, list(every_image(images)), generation=0)


def incremental(images: int, folder: Path) -> Measures:
    """Unpack what `full` packed, list all images again, read the results of one in a hundred, and pack it."""
    listed = list(every_image(images))
    steps = _Steps()
    for name in NAMES:
        packed = json.loads((folder / "packed.json").read_text())[name]
        with (folder / f"{name}.gz").open("rb") as file:
            unpack(file, folder / f"{name}.sqlite", sha256=packed[0], size=packed[1], raw_size=packed[2])
    steps.end("unpack")
    builder = _builder(folder, is_fresh=False)
    return _build(builder, images, folder, steps, listed, generation=1)


def _builder(folder: Path, *, is_fresh: bool) -> SnapshotBuilder:
    return SnapshotBuilder(
        SnapshotFiles(folder),
        Suppressions(suppressions(), NOW.date()),
        is_fresh=is_fresh,
        has_history=not is_fresh,
        max_age=parse_duration("7d"),
        now=NOW,
    )


def _build(
    builder: SnapshotBuilder, images: int, folder: Path, steps: _Steps, listed: list[MadeImage], generation: int
) -> Measures:
    made = groupby(listed, key=lambda each: each.repository)
    listings = [(number, [each.image for each in of_one]) for number, of_one in made]
    steps.end("(made up)")
    for number, of_repository in listings:
        description = RepositoryDescription(of_repository[0].repository)
        builder.write_repository(description, of_repository, RepositoryOptions(owner=owner_of(number)))
    builder.end_listing()
    steps.end("list")
    wanted = listed if generation == 0 else listed[::CHANGED_EVERY]
    ended = LastScan(ScanStatus.COMPLETE, NOW - timedelta(days=1))
    for each in wanted:
        image = each.image.id
        builder.write_state(ImageState(image, scanner=ended))
        builder.expect_result(image)
    steps.end("ledger")
    by_id = {each.image.id: each for each in wanted}
    with _documents(images, generation) as source:
        documents = _Documents(source.stdout)
        for (image, _), body in zip(by_id.items(), documents, strict=True):
            builder.write_result(image, StoredDocument(json.loads(body), f"v{generation}"))
    steps.end("results")
    steps.seconds["results"] -= documents.cpu
    info = SnapshotInfo(1, generation + 1, f"s{generation}", NOW)
    builder.close(info, {}, compacts=False)
    steps.end("close")
    measures = Measures(raw_mb={name: _megabytes(folder / f"{name}.sqlite") for name in NAMES})
    packed = {name: pack(folder / f"{name}.sqlite", folder / f"{name}.gz") for name in NAMES}
    steps.end("pack")
    (folder / "packed.json").write_text(json.dumps({name: _facts(each) for name, each in packed.items()}))
    measures.packed_mb = {name: each.bytes / 1e6 for name, each in packed.items()}
    made_up = steps.seconds.pop("(made up)")
    measures.cpu = steps.all() - made_up - documents.cpu
    measures.steps, measures.peak_mb = steps.seconds, _peak_mb()
    return measures


def _facts(packed: Packed) -> tuple[str, int, int]:
    return packed.sha256, packed.bytes, packed.raw_bytes


def _documents(images: int, generation: int) -> "subprocess.Popen[bytes]":
    """Start a process that writes the documents: to make them up must not count as the build's own work."""
    command = [sys.executable, "-m", "benchmarks.inventory_work", "documents", str(images), str(generation)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def write_documents(images: int, generation: int) -> None:
    """Write the documents of a registry to standard output, a line for each."""
    every = CHANGED_EVERY if generation else 1
    for number, each in enumerate(every_image(images)):
        if number % every == 0:
            sys.stdout.buffer.write(each.document(generation) + b"\n")


class _Documents:
    """Reads documents; `cpu` are the seconds that this took, which a build spends on S3."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._stream = stream
        self.cpu = 0.0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            began = time.process_time()
            line = self._stream.readline() if self._stream else b""
            self.cpu += time.process_time() - began
            if not line:
                return
            yield line


def questions(_: int, folder: Path) -> Measures:
    """Ask each question several times; return the milliseconds of the median."""
    began = time.process_time()
    for name in NAMES:
        packed = json.loads((folder / "packed.json").read_text())[name]
        with (folder / f"{name}.gz").open("rb") as file:
            unpack(file, folder / f"{name}.sqlite", sha256=packed[0], size=packed[1], raw_size=packed[2])
    inventory = SnapshotInventory([LocalSnapshot(SnapshotFiles(folder))])
    inventory.where(FindingFilter(vulnerability=COMMON_CVE))
    first = time.process_time() - began
    measures = Measures(cpu=first)
    for name, ask in _questions(inventory).items():
        times = []
        for _ in range(5):
            began = time.perf_counter()
            ask()
            times.append((time.perf_counter() - began) * 1000)
        measures.milliseconds[name] = round(median(times), 2)
    measures.peak_mb = _peak_mb()
    return measures


def _questions(inventory: SnapshotInventory) -> dict[str, Callable[[], Any]]:
    common = inventory.vulnerabilities(FindingFilter()).items
    most = max(common, key=lambda each: each.images).name
    page = inventory.images()
    middle = page.next
    image = page.items[len(page.items) // 2].digest
    old = NOW - timedelta(days=90)
    team = ImageFilter(owner="team-7")
    glob = ImageFilter(repository="shop/*", severity=Severity.CRITICAL, pushed_before=old)
    return {
        "images, worst first": lambda: inventory.images(),
        "images, a later page": lambda: inventory.images(cursor=middle),
        "images, glob and critical and age, by date": lambda: inventory.images(glob, ImageSort.PUSHED),
        "images of an owner": lambda: inventory.images(team),
        "images with a tag": lambda: inventory.images(ImageFilter(tag="latest")),
        "one image with its findings": lambda: inventory.image(image),
        f"where is the CVE of most images ({max(each.images for each in common):,})": lambda: inventory.where(
            FindingFilter(vulnerability=most)
        ),
        "where is a CVE": lambda: inventory.where(FindingFilter(vulnerability=COMMON_CVE)),
        "where is a package of a sixth of all images": lambda: inventory.where(FindingFilter(package=COMMON_PACKAGE)),
        "vulnerabilities": lambda: inventory.vulnerabilities(FindingFilter()),
        "vulnerabilities of an owner": lambda: inventory.vulnerabilities(FindingFilter(), team),
        "summary": lambda: inventory.summary(),
        "summary by repository": lambda: inventory.summary(TotalsBy.REPOSITORY),
        "summary by owner": lambda: inventory.summary(TotalsBy.OWNER),
        "coverage": lambda: inventory.coverage(TotalsBy.OWNER),
        "history": lambda: inventory.history((NOW - timedelta(days=730)).date(), NOW.date()),
        "changes of a week": lambda: inventory.changes(NOW - timedelta(days=7), NOW),
        "left behind": lambda: inventory.left_behind(old),
    }


def _megabytes(path: Path) -> float:
    return path.stat().st_size / 1e6


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(work: str, images: int, argument: str) -> None:
    """Do one work; print what it measured."""
    if work == "documents":
        write_documents(images, int(argument))
        return
    works = {"full": full, "incremental": incremental, "questions": questions}
    print(json.dumps(asdict(works[work](images, Path(argument)))))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
