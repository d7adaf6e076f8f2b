"""images_scanner on an ECR that starts a limited number of scans in a second, and throttles the rest."""

from typing import Any

from benchmarks.child import measure
from benchmarks.functions_work import images_scanner_work
from benchmarks.runs import REPOSITORY, Run, checked_images
from benchmarks.sections import Section, Target, table
from benchmarks.stub_process import StubProcess

RATES = (5, 20, 50)
IMAGES, DUE, THREADS = 980, 196, 16
CALL_SECONDS = 0.040
MAX_CALLS, MAX_TIME = 1.2, 1.15


def measure_throttling() -> Section:
    """Measure each rate."""
    runs = {rate: _scan(rate) for rate in RATES}
    rows, targets = [], []
    for rate, run in runs.items():
        calls, time = run.calls["StartImageScan"] / DUE, run.measured.seconds / (DUE / rate)
        rows.append(
            (f"{rate} a second", f"{DUE / rate:.1f}", f"{run.measured.seconds:.1f}", f"{time:.2f}", f"{calls:.2f}")
        )
        targets.append(Target(f"images_scanner, {rate} starts a second: calls for a scan", MAX_CALLS, calls))
        targets.append(Target(f"images_scanner, {rate} starts a second: time / the rate's", MAX_TIME, time))
    head = ("StartImageScan allows", "the rate dictates, s", "function, s", "ratio", "calls for a scan")
    return Section(
        f"images_scanner when ECR throttles: {DUE} of {IMAGES} images due",
        f"At most so many starts in any second; every call {CALL_SECONDS * 1000:.0f} ms:\n\n{table(head, rows)}",
        targets,
    )


def _scan(rate: int) -> Run:
    registry: dict[str, Any] = {
        "repositories": 1,
        "images": IMAGES,
        "due": DUE,
        "latency_seconds": CALL_SECONDS,
        "start_rate": rate,
    }
    with StubProcess(ledger_is_full=True, **registry) as stub:
        return checked_images(measure(images_scanner_work, stub.url, THREADS, REPOSITORY), stub.report())
