"""images_scanner over a whole registry: 500 repositories of 20 images, 4 of them due, jobs in batches of ten."""

from statistics import median
from typing import Any

from benchmarks.child import measure
from benchmarks.functions_work import images_scanner_batches_work
from benchmarks.runs import Run, checked_images
from benchmarks.sections import Section, Target, table
from benchmarks.stub_process import StubProcess

REPOSITORIES, IMAGES, DUE, THREADS, TURNS = 500, 20, 4, 16, 3
CALL_SECONDS = 0.040  # of every service, DynamoDB too
MAX_SECONDS = 30


def measure_chain() -> Section:
    """Measure the images part on one worker."""
    runs = [_scan() for _ in range(TURNS)]
    seconds = median(run.measured.seconds for run in runs)
    calls = runs[0].calls.total()
    rows = [
        (
            f"{REPOSITORIES} repositories",
            f"{calls:,}",
            f"{calls * CALL_SECONDS:.0f}",
            f"{calls * CALL_SECONDS / THREADS:.1f}",
            f"{seconds:.1f}",
            f"{median(run.measured.cpu_seconds for run in runs):.1f}",
            f"{max(run.measured.peak_mb for run in runs):.0f}",
        )
    ]
    head = (
        "",
        "calls",
        "one call after the other, s",
        f"latency on {THREADS} threads, s",
        "function, s",
        "CPU, s",
        "peak MB",
    )
    return Section(
        f"images_scanner over {REPOSITORIES} repositories of {IMAGES} images, {DUE} of them due",
        f"Jobs in batches of ten on one worker, every call {CALL_SECONDS * 1000:.0f} ms:\n\n{table(head, rows)}",
        [Target(f"images_scanner, {REPOSITORIES} repositories", MAX_SECONDS, seconds, " s")],
    )


def _scan() -> Run:
    registry: dict[str, Any] = {
        "repositories": REPOSITORIES,
        "images": IMAGES,
        "due": DUE,
        "latency_seconds": CALL_SECONDS,
    }
    with StubProcess(ledger_is_full=True, **registry) as stub:
        names = sorted({name for name, _ in stub.report().due})
        measured = measure(images_scanner_batches_work, stub.url, THREADS, names)
        return checked_images(measured, stub.report())
