"""images_scanner: 10,000 images, 2,000 of them due; the steady state; the best number of threads."""

from collections import Counter
from collections.abc import Sequence
from statistics import median

from benchmarks.minimum import ImagesCase
from benchmarks.runs import Comparison, Run, compare_images, scan_images
from benchmarks.sections import Section, Target, table

THREADS = 16  # the default
SWEEP = (8, 16, 32, 64)
MAX_RATIO = 1.3
MAX_STEADY_CALLS = 25
EMPTY = ImagesCase(images=10_000, due=2_000, ledger_is_full=False)
FULL = ImagesCase(images=10_000, due=2_000, ledger_is_full=True)
STEADY = ImagesCase(images=10_000, due=0, ledger_is_full=True)


def measure_images() -> Section:
    """Measure the three states of the ledger, and the number of threads."""
    compared = {
        "ledger empty, 2,000 due": (EMPTY, compare_images(EMPTY, THREADS)),
        "ledger full, 2,000 due": (FULL, compare_images(FULL, THREADS, turns=3)),
        "ledger full, nothing due": (STEADY, compare_images(STEADY, THREADS, turns=3)),
    }
    sweep = {threads: compare_images(FULL, threads) for threads in SWEEP}
    steady = compared["ledger full, nothing due"][1].function
    full = compared["ledger full, 2,000 due"][1].function
    targets = [
        Target(f"images_scanner, {name}: time / bare calls", MAX_RATIO, comparison.ratio)
        for name, (case, comparison) in compared.items()
        if case.due
    ]
    targets.append(Target("images_scanner, nothing due: calls", MAX_STEADY_CALLS, steady[0].calls.total()))
    return Section(
        "images_scanner: one repository of 10,000 images",
        f"{_times(compared)}\n{_calls(compared)}\nThreads (ledger full, 2,000 due):\n\n{_sweep(sweep)}",
        targets,
        _figures(steady, full),
    )


def _times(compared: dict[str, tuple[ImagesCase, Comparison]]) -> str:
    rows = [
        (
            name,
            f"{case.limit_seconds(THREADS):.1f}",
            f"{_seconds(comparison.bare):.1f}",
            f"{_seconds(comparison.function):.1f}",
            f"{comparison.ratio:.2f}",
            f"{_cpu(comparison.bare):.1f}",
            f"{_cpu(comparison.function):.1f}",
            f"{max(run.measured.peak_mb for run in comparison.function):.0f}",
        )
        for name, (case, comparison) in compared.items()
    ]
    head = (f"{THREADS} threads", "latency alone, s", "bare calls, s", "function, s", "ratio")
    return table((*head, "CPU of bare calls, s", "CPU of function, s", "peak MB"), rows)


def _calls(compared: dict[str, tuple[ImagesCase, Comparison]]) -> str:
    head = ["calls made (fewest possible)", *compared]
    made: list[tuple[Counter[str], Counter[str]]] = [
        (comparison.function[0].calls, case.minimum) for case, comparison in compared.values()
    ]
    names = dict.fromkeys(name for calls, _ in made for name in calls)
    rows = [(name, *(f"{calls[name]:,} ({least[name]:,})" for calls, least in made)) for name in sorted(names)]
    rows.append(("all", *(f"{calls.total():,} ({least.total():,})" for calls, least in made)))
    return table(head, rows)


def _sweep(sweep: dict[int, Comparison]) -> str:
    rows = [
        (
            threads,
            f"{FULL.limit_seconds(threads):.1f}",
            f"{_seconds(comparison.bare):.1f}",
            f"{_seconds(comparison.function):.1f}",
            f"{comparison.ratio:.2f}",
            f"{_cpu(comparison.function):.1f}",
        )
        for threads, comparison in sweep.items()
    ]
    return table(("threads", "latency alone, s", "bare calls, s", "function, s", "ratio", "CPU of function, s"), rows)


def _figures(steady: Sequence[Run], full: Sequence[Run]) -> dict[str, float]:
    calls = full[0].calls.total() - steady[0].calls.total()
    small = scan_images(ImagesCase(images=1, due=0, ledger_is_full=True), THREADS)
    per_image = (_cpu(steady) - small.measured.cpu_seconds) / STEADY.images
    return {
        "cpu_seconds_a_job": small.measured.cpu_seconds,
        "cpu_seconds_an_image": per_image,
        "cpu_seconds_a_call": (_cpu(full) - _cpu(steady)) / calls,
    }


def _seconds(runs: Sequence[Run]) -> float:
    return median(run.measured.seconds for run in runs)


def _cpu(runs: Sequence[Run]) -> float:
    return median(run.measured.cpu_seconds for run in runs)
