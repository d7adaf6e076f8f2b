"""The growth of time, calls and memory with the images of a repository, and the repositories of a registry."""

from statistics import median

from benchmarks.minimum import ImagesCase, RepositoriesCase
from benchmarks.part_images import MAX_RATIO, THREADS
from benchmarks.runs import Comparison, Run, compare_repositories, scan_images
from benchmarks.sections import Section, Target, table

IMAGES = (1_000, 10_000, 100_000)
REPOSITORIES = {100: 3, 1_000: 3, 10_000: 3}  # and how many turns
MAX_MB = 200


def measure_growth() -> Section:
    """Measure both."""
    images = {number: scan_images(_case(number), THREADS) for number in IMAGES}
    repositories = {
        number: compare_repositories(RepositoriesCase(number), THREADS, turns) for number, turns in REPOSITORIES.items()
    }
    largest = images[max(IMAGES)].measured.peak_mb
    ratio = repositories[max(REPOSITORIES)].ratio
    return Section(
        "Growth",
        f"images_scanner, ledger full, 1 % of the images due:\n\n{_images(images)}\n"
        f"repositories_scanner:\n\n{_repositories(repositories)}",
        [
            Target("images_scanner, 100,000 images: peak memory", MAX_MB, largest, " MB"),
            Target("repositories_scanner, 10,000 repositories: time / bare calls", MAX_RATIO, ratio),
        ],
        {
            "peak_mb_largest": largest,
            "cpu_seconds_a_repository": repositories[max(REPOSITORIES)].function[0].measured.cpu_seconds
            / max(REPOSITORIES),
        },
    )


def _case(images: int) -> ImagesCase:
    return ImagesCase(images=images, due=images // 100, ledger_is_full=True)


def _images(runs: dict[int, Run]) -> str:
    rows = [
        (
            f"{number:,}",
            f"{run.calls.total():,}",
            f"{_case(number).minimum.total():,}",
            f"{_case(number).limit_seconds(THREADS):.1f}",
            f"{run.measured.seconds:.1f}",
            f"{run.measured.cpu_seconds:.1f}",
            f"{run.measured.peak_mb:.0f}",
        )
        for number, run in runs.items()
    ]
    return table(("images", "calls", "fewest possible", "latency alone, s", "function, s", "CPU, s", "peak MB"), rows)


def _repositories(compared: dict[int, Comparison]) -> str:
    rows = [
        (
            f"{number:,}",
            f"{comparison.function[0].calls.total():,}",
            f"{RepositoriesCase(number).minimum.total():,}",
            f"{RepositoriesCase(number).limit_seconds(THREADS):.2f}",
            f"{median(run.measured.seconds for run in comparison.bare):.2f}",
            f"{median(run.measured.seconds for run in comparison.function):.2f}",
            f"{comparison.ratio:.2f}",
            f"{max(run.measured.peak_mb for run in comparison.function):.0f}",
        )
        for number, comparison in compared.items()
    ]
    head = ("repositories", "calls", "fewest possible", "latency alone, s", "bare calls, s", "function, s")
    return table((*head, "ratio", "peak MB"), rows)
