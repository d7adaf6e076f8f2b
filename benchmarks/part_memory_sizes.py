"""The memory size of Lambda and the number of threads with the lowest cost of images_scanner."""

from benchmarks.cpu_quota import share_of
from benchmarks.minimum import ImagesCase
from benchmarks.prices import LAMBDA_GB_SECOND
from benchmarks.runs import scan_images
from benchmarks.sections import Section, table

SIZES_MB = (256, 512, 1024, 1769)
THREADS = (8, 16, 32)
TURNS = 2
CASE = ImagesCase(images=300, due=60, ledger_is_full=False)
CALLS = CASE.minimum.total()
MILLION = 1_000_000
_CAVEAT = "differences of a cent or two are no more than what two turns differ by."


def measure_memory_sizes() -> Section:
    """Measure a first run, which is nearly all calls, at each size."""
    seconds = {(size, threads): _seconds(size, threads) for size in SIZES_MB for threads in THREADS}
    dollars = {key: key[0] / 1024 * value * LAMBDA_GB_SECOND / CALLS * MILLION for key, value in seconds.items()}
    rows = [
        (f"{size:,} MB", *(f"{seconds[size, n]:.1f} s, {dollars[size, n]:.2f} USD" for n in THREADS))
        for size in SIZES_MB
    ]
    shown = table(("memory size", *(f"{threads} threads" for threads in THREADS)), rows)
    size, threads = min(dollars, key=lambda key: dollars[key])
    return Section(
        "Lambda's memory sizes",
        f"images_scanner on {CASE.images} images that nobody knows, {CASE.due} of them due ({CALLS} calls), held to "
        f"the share of a processor that Lambda gives to a function of that size (1,769 MB have one). The better of "
        f"{TURNS} turns: seconds, and "
        f"dollars for a million such calls at {LAMBDA_GB_SECOND:.10f} USD for a GB-second (arm64):\n\n{shown}\n"
        f"Cheapest here: {size} MB with {threads} threads; {_CAVEAT}",
        figures={f"usd_a_million_calls_{size}_mb": dollars[size, 16] for size in SIZES_MB},
    )


def _seconds(size: int, threads: int) -> float:
    # The minimum: other programs on the machine only make it slower.
    return min(scan_images(CASE, threads, cpu_share=share_of(size)).measured.seconds for _ in range(TURNS))
