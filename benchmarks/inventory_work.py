"""The work of an inventory build, and of its questions, each in a process of its own: without AWS."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.inventory_registry import (
    COMMON_CVE,
    COMMON_PACKAGE,
    NOW,
    every_image,
    owner_of,
    suppressions,
)
from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.findings.stored_document import StoredDocument
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.inventory.pointer import FILES
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageFilter, ImageSort, TotalsBy
from ecr_scan_reporter.domain.ledger.entries import ImageState
from ecr_scan_reporter.domain.registry.descriptions import RepositoryDescription
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.tag_options import RepositoryOptions
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.snapshot.inventory import LocalSnapshot, SnapshotInventory
from ecr_scan_reporter.snapshot.packing import Packed, pack, unpack
from ecr_scan_reporter.snapshot.writing.builder import SnapshotBuilder
from ecr_scan_reporter.snapshot.writing.importance import ImportanceRules
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
    """Seconds of the processor by step. What is made up for the measurement is a step that does not count."""

    def __init__(self) -> None:
        self._last = time.process_time()
        self.seconds: dict[str, float] = {}

    def end(self, name: str) -> None:
        now = time.process_time()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self._last
        self._last = now


def full(images: int, folder: Path) -> Measures:
    """Build a registry anew, and pack it."""
    return _build(_builder(folder, is_fresh=True), images, folder, _Steps(), generation=0)


def incremental(images: int, folder: Path) -> Measures:
    """Unpack what `full` packed, list all images again, read the results of one in a hundred, and pack it."""
    steps = _Steps()
    unpack_all(folder)
    steps.end("unpack")
    return _build(_builder(folder, is_fresh=False), images, folder, steps, generation=1)


def unpack_all(folder: Path) -> None:
    """Unpack what `full` packed."""
    for name, (sha256, size, raw_size) in json.loads((folder / "packed.json").read_text()).items():
        with (folder / f"{name}.gz").open("rb") as file:
            unpack(file, folder / f"{name}.sqlite", sha256=sha256, size=size, raw_size=raw_size)


def _builder(folder: Path, *, is_fresh: bool) -> SnapshotBuilder:
    return SnapshotBuilder(
        SnapshotFiles(folder),
        Suppressions(suppressions(), NOW.date()),
        is_fresh=is_fresh,
        has_history=not is_fresh,
        max_age=parse_duration("7d"),
        now=NOW,
    )


def _build(builder: SnapshotBuilder, images: int, folder: Path, steps: _Steps, generation: int) -> Measures:
    for number, of_repository in groupby(every_image(images), key=lambda each: each.repository):
        listed = [each.image for each in of_repository]
        steps.end("made up")
        description = RepositoryDescription(listed[0].repository)
        builder.write_repository(description, listed, RepositoryOptions(owner=owner_of(number)))
        steps.end("list")
    builder.end_listing()
    steps.end("list")
    wanted = (each for number, each in enumerate(every_image(images)) if generation == 0 or number % CHANGED_EVERY == 0)
    with _documents(images, generation) as source:
        while line := source.stdout.readline() if source.stdout else b"":
            made = next(wanted)
            image, ended = made.image.id, made.scanned_at(generation)
            steps.end("made up")
            builder.write_state(ImageState(image, scanner=LastScan(ScanStatus.COMPLETE, ended)))
            builder.expect_result(image)
            builder.write_result(image, StoredDocument(json.loads(line), f"v{generation}"))
            steps.end("read")
    builder.close(SnapshotInfo(1, generation + 1, f"s{generation}", NOW), {}, ImportanceRules())
    steps.end("add up")
    measures = Measures(raw_mb={name: _megabytes(folder / f"{name}.sqlite") for name in FILES})
    packed = {name: pack(folder / f"{name}.sqlite", folder / f"{name}.gz") for name in FILES}
    steps.end("pack")
    (folder / "packed.json").write_text(json.dumps({name: _facts(each) for name, each in packed.items()}))
    measures.packed_mb = {name: each.bytes / 1e6 for name, each in packed.items()}
    del steps.seconds["made up"]
    measures.cpu = sum(steps.seconds.values())
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


def questions(_: int, folder: Path) -> Measures:
    """Ask each question several times; return the milliseconds of the median."""
    began = time.process_time()
    unpack_all(folder)
    inventory = SnapshotInventory([LocalSnapshot(SnapshotFiles(folder))])
    inventory.where(FindingFilter(vulnerability=COMMON_CVE))
    first = time.process_time() - began
    measures = Measures(cpu=first)
    for name, ask in _questions(inventory).items():
        times = []
        for _ in range(5):
            began = time.process_time()
            ask()
            times.append((time.process_time() - began) * 1000)
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
