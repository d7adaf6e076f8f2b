"""Measure the inventory from 1,000 images on; write INVENTORY.md, and the table of docs/how-to/run-the-inventory.md.

    python -m benchmarks.inventory [IMAGES ...]

Without numbers: 1,000, 10,000, 100,000 and 1,000,000 images, which takes about an hour and 5 GB of disk.
"""

import platform
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from benchmarks.functions_work import ROOT
from benchmarks.inventory_listing import IMAGES, REPOSITORIES, measure_listing
from benchmarks.inventory_work import Measures, measured
from benchmarks.sections import Section, Target, table, targets_table

SIZES = (1_000, 10_000, 100_000, 1_000_000)
TARGETS_AT = 100_000
RESULTS, GUIDE = ROOT / "benchmarks/INVENTORY.md", ROOT / "docs/how-to/run-the-inventory.md"
_MARKED = re.compile(r"(<!-- begin inventory-sizes -->\n).*?(<!-- end inventory-sizes -->)", re.DOTALL)
PACKAGE = "where is a package of a sixth of all images"


@dataclass(frozen=True)
class Size:
    """What was measured of a registry of one size."""

    full: Measures
    incremental: Measures
    questions: Measures


def measure_size(images: int) -> Size:
    """Build, build again with one image in a hundred changed, and ask."""
    print(f"==> {images:,} images", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        return Size(*(measured(work, images, Path(folder)) for work in ("full", "incremental", "questions")))


def section(sizes: Mapping[int, Size]) -> Section:
    """Return the chapter."""
    listing = measure_listing()
    text = (
        "Made-up registries of 50 images a repository and about 100 findings an image, without S3: reading an object "
        "costs 1 to 2 ms of the processor more, so 100 to 200 s for a first build of 100,000 images, and 1 to 2 s for "
        f"1,000 changed ones.\n\nListing {REPOSITORIES:,} repositories of {IMAGES} images at 40 ms a call, with their "
        f"tags: {listing.seconds:.1f} s, {listing.cpu_seconds:.1f} s of the processor.\n\n"
        f"{_builds(sizes)}\nOne question, in ms, with the file in memory (median of 5):\n\n{_questions(sizes)}"
    )
    return Section("Inventory", text, _targets(sizes, listing.seconds) if TARGETS_AT in sizes else ())


def _builds(sizes: Mapping[int, Size]) -> str:
    rows = [
        (
            f"{images:,}",
            f"{size.full.cpu:.1f}",
            f"{size.full.peak_mb:.0f}",
            f"{size.incremental.cpu:.1f}",
            f"{size.incremental.peak_mb:.0f}",
            f"{size.full.raw_mb['images']:.1f} + {size.full.raw_mb['findings']:.1f}",
            f"{size.full.packed_mb['images']:.1f} + {size.full.packed_mb['findings']:.1f}",
            f"{size.questions.cpu:.2f}",
        )
        for images, size in sizes.items()
    ]
    head = (
        "images",
        "first build, CPU s",
        "MB",
        "1 % changed, CPU s",
        "MB",
        "files, MB",
        "compressed, MB",
        "first answer, CPU s",
    )
    return table(head, rows)


def _questions(sizes: Mapping[int, Size]) -> str:
    names = [re.sub(r" \(.*\)", "", name) for name in next(iter(sizes.values())).questions.milliseconds]
    columns = [list(size.questions.milliseconds.values()) for size in sizes.values()]
    rows = [(name, *(f"{column[place]:.1f}" for column in columns)) for place, name in enumerate(names)]
    return table(("question", *(f"{images:,}" for images in sizes)), rows)


def _targets(sizes: Mapping[int, Size], listing_seconds: float) -> Sequence[Target]:
    size = sizes[TARGETS_AT]
    slowest = max(each for name, each in size.questions.milliseconds.items() if name != PACKAGE)
    return [
        Target("list 1,000 repositories of 100 images", 60, listing_seconds, " s"),
        Target("100,000 images: first build, CPU", 90, size.full.cpu, " s"),
        Target("100,000 images: first build, memory", 400, size.full.peak_mb, " MB"),
        Target("100,000 images, 1 % changed: CPU", 8, size.incremental.cpu, " s"),
        Target("100,000 images, 1 % changed: memory", 200, size.incremental.peak_mb, " MB"),
        Target("100,000 images: first answer after a cold start, CPU", 1, size.questions.cpu, " s"),
        Target("100,000 images: slowest question, warm", 50, slowest, " ms"),
        Target("100,000 images: a package of a sixth of all", 100, size.questions.milliseconds[PACKAGE], " ms"),
    ]


def guide_table(sizes: Mapping[int, Size]) -> str:
    """Return the table of what a registry needs: the parameters, from what was measured."""
    rows = []
    for images, size in sizes.items():
        files = sum(size.full.raw_mb.values())
        # The files, a compacted or compressed copy of the largest, and as much again for growth.
        storage = max(512, ceil(3 * files / 512) * 512)
        memory = 1_769 if images <= 100_000 else 3_008
        first = size.full.cpu + 0.0015 * images
        rows.append(
            (f"{images:,}", memory, storage, _minutes(first), _minutes(size.incremental.cpu + 0.000_015 * images))
        )
    head = ("images", "`InventoryMemoryMegabytes`", "`InventoryStorageMegabytes`", "first build", "later builds")
    return table(head, rows)


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def main() -> None:
    """Measure the sizes of the arguments, or all of them, and write the documents."""
    sizes = {images: measure_size(images) for images in map(int, sys.argv[1:] or map(str, SIZES))}
    chapter = section(sizes)
    text = (
        f"# The inventory, measured\n\nWritten by `make bench-inventory` on {datetime.now(UTC):%Y-%m-%d}: "
        f"{platform.machine()}, Python {platform.python_version()}.\n\n{targets_table([chapter])}\n{chapter}"
    )
    print(text)
    if tuple(sizes) == SIZES:
        RESULTS.write_text(text, encoding="utf-8")
        guide = GUIDE.read_text(encoding="utf-8")
        made = f"\n{guide_table(sizes)}\n"
        GUIDE.write_text(_MARKED.sub(lambda found: f"{found[1]}{made}{found[2]}", guide), encoding="utf-8")


if __name__ == "__main__":
    main()
