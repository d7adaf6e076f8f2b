"""How fast the API answers at 100,000 images."""

import tempfile
from pathlib import Path

from benchmarks import inventory_work
from benchmarks.api_work import TARGETS, WARM, measured
from benchmarks.runs import NotExactError
from benchmarks.sections import Section, Target, table

IMAGES = 100_000
MAX_COLD_MS, MAX_PAGE_MS = 2_000, 100
# What is no page of a list: everything of the registry at once.
WHOLE = {"/summary?scope=registry", "/images?format=csv"}


def measure_api() -> Section:
    """Build a snapshot, and ask each route in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        inventory_work.measured("full", IMAGES, Path(folder))
        latencies = {target: measured(target, Path(folder)) for target in TARGETS}
    if wrong := [f"{target}: {each.status}" for target, each in latencies.items() if each.status not in (200, 303)]:
        raise NotExactError(", ".join(wrong))
    rows = [
        (target, f"{each.cold:,.0f}", f"{each.warm:,.1f}", f"{each.kilobytes:,.1f}")
        for target, each in latencies.items()
    ]
    pages = [each for target, each in latencies.items() if target not in WHOLE]
    return Section(
        "The API",
        f"A made-up registry of {IMAGES:,} images with about 100 findings each, without AWS: milliseconds of the "
        "processor from the start of Python to the first answer, the unpacking of the snapshot included, and of a "
        f"later answer (median of {WARM}). Compressed; the last two are whole lists.\n\n"
        + table(("address", "cold", "warm", "kB"), rows),
        [
            Target("the API: slowest first answer, CPU", MAX_COLD_MS, max(each.cold for each in pages), " ms"),
            Target("the API: slowest page, warm, CPU", MAX_PAGE_MS, max(each.warm for each in pages), " ms"),
        ],
    )
