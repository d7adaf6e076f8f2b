"""One run of a function, or of the same calls bare, against a fresh stub that checks the work."""

import json
from collections import Counter
from dataclasses import dataclass
from statistics import median

from benchmarks.bare_work import bare_images_work, bare_repositories_work
from benchmarks.child import Measured, measure
from benchmarks.functions_work import images_scanner_work, repositories_scanner_work
from benchmarks.minimum import ImagesCase, RepositoriesCase
from benchmarks.stub_aws import digest_of
from benchmarks.stub_process import Report, StubProcess

REPOSITORY = "team-0/app-00000"


class NotExactError(Exception):
    """The run left work out, did it twice, or did too much."""


@dataclass(frozen=True)
class Run:
    """The time and memory of a run, and its calls by API."""

    measured: Measured
    calls: Counter[str]


@dataclass(frozen=True)
class Comparison:
    """A function beside the same calls bare, several times alternately."""

    function: list[Run]
    bare: list[Run]

    @property
    def ratio(self) -> float:
        """The function's time for each second of the bare calls; the median of the turns."""
        pairs = zip(self.function, self.bare, strict=True)
        return median(function.measured.seconds / bare.measured.seconds for function, bare in pairs)


def compare_images(case: ImagesCase, threads: int, turns: int = 1) -> Comparison:
    """Compare images_scanner with bare calls."""
    runs = [(scan_images(case, threads), scan_images_bare(case, threads)) for _ in range(turns)]
    return Comparison([function for function, _ in runs], [bare for _, bare in runs])


def compare_repositories(case: RepositoriesCase, threads: int, turns: int = 1) -> Comparison:
    """Compare repositories_scanner with bare calls."""
    runs = [(queue_repositories(case, threads), queue_repositories_bare(case, threads)) for _ in range(turns)]
    return Comparison([function for function, _ in runs], [bare for _, bare in runs])


def scan_images(case: ImagesCase, threads: int, cpu_share: float | None = None) -> Run:
    """Run images_scanner on one repository."""
    with _images_stub(case) as stub:
        measured = measure(images_scanner_work, stub.url, threads, REPOSITORY, cpu_share=cpu_share)
        return checked_images(measured, stub.report())


def scan_images_bare(case: ImagesCase, threads: int) -> Run:
    """Make the same calls bare."""
    with _images_stub(case) as stub:
        due = sorted(digest for _, digest in stub.report().due)
        unknown = [digest_of(number) for number in range(case.unknown)]
        measured = measure(bare_images_work, stub.url, threads, REPOSITORY, unknown, due)
        return checked_images(measured, stub.report())


def queue_repositories(case: RepositoriesCase, threads: int) -> Run:
    """Run repositories_scanner on a registry."""
    with StubProcess(repositories=case.repositories) as stub:
        return checked_jobs(measure(repositories_scanner_work, stub.url, threads), stub.report(), case)


def queue_repositories_bare(case: RepositoriesCase, threads: int) -> Run:
    """Make the same calls bare."""
    with StubProcess(repositories=case.repositories) as stub:
        names = sorted(_names(case))
        return checked_jobs(measure(bare_repositories_work, stub.url, threads, names), stub.report(), case)


def _images_stub(case: ImagesCase) -> StubProcess:
    return StubProcess(repositories=1, images=case.images, due=case.due, ledger_is_full=case.ledger_is_full)


def checked_images(measured: Measured, report: Report) -> Run:
    """Return the run if it started each due scan once, and no other. Raises NotExactError."""
    if not report.is_exact:
        missing, unwanted = report.due - report.started, report.started - report.due
        raise NotExactError(f"{missing.total()} due scans were not started, {unwanted.total()} were that should not be")
    return Run(measured, report.calls)


def checked_jobs(measured: Measured, report: Report, case: RepositoriesCase) -> Run:
    """Return the run if it sent one job for each repository. Raises NotExactError."""
    queued = Counter(json.loads(body)["repositoryName"] for body in report.messages)
    if queued != Counter(_names(case)):
        raise NotExactError(
            f"{queued.total()} jobs, {len(queued)} of them distinct, for {case.repositories} repositories"
        )
    return Run(measured, report.calls)


def _names(case: RepositoriesCase) -> list[str]:
    return [f"team-{number % 10}/app-{number:05d}" for number in range(case.repositories)]
