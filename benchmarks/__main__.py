"""Run all benchmarks, and write RESULTS.md and the tables of docs/cost.md; or run the named parts."""

import argparse
import sys
import time
from collections.abc import Callable

from benchmarks.part_api import measure_api
from benchmarks.part_chain import measure_chain
from benchmarks.part_cold_start import measure_cold_start
from benchmarks.part_growth import measure_growth
from benchmarks.part_images import measure_images
from benchmarks.part_memory_sizes import measure_memory_sizes
from benchmarks.part_reporter import measure_reporter
from benchmarks.part_throttling import measure_throttling
from benchmarks.results import write_results
from benchmarks.runs import NotExactError
from benchmarks.sections import Section, targets_table

PARTS: dict[str, Callable[[], Section]] = {
    "images": measure_images,
    "chain": measure_chain,
    "throttling": measure_throttling,
    "growth": measure_growth,
    "reporter": measure_reporter,
    "cold-start": measure_cold_start,
    "memory-sizes": measure_memory_sizes,
    "api": measure_api,
}
EPILOG = "Exit status: 0 all work was exact, 1 a function did too little or too much, 2 wrong usage."


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, epilog=EPILOG)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"one of {', '.join(PARTS)}; none means all")
    names = parser.parse_args().parts or list(PARTS)
    if unknown := set(names) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    began = time.monotonic()
    try:
        sections = [_run(name) for name in names]
    except NotExactError as error:
        print(f"not exact: {error}", file=sys.stderr)
        return 1
    print(targets_table(sections))
    if set(names) == PARTS.keys():
        write_results(sections, time.monotonic() - began)
        print("written: benchmarks/RESULTS.md, benchmarks/figures.json, docs/cost.md")
    return 0


def _run(name: str) -> Section:
    print(f"==> {name}", file=sys.stderr, flush=True)
    section = PARTS[name]()
    print(section, flush=True)
    return section


if __name__ == "__main__":
    sys.exit(main())
