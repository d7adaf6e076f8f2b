"""SARIF 2.1.0 for code scanning of GitHub: files within its limits, a run for each image.

https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
has the limits: 20 runs in a file and 10 MB of it after gzip, 25,000 results and 25,000 rules in a run. GitHub shows
5,000 results of a run. A run here has no more, so it decides itself which ones.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ecr_scan_reporter.domain.inventory.answers import ImageFindings, InventoryImage, SnapshotInfo
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.exports.documents import feeds_document
from ecr_scan_reporter.domain.inventory.exports.sarif_run import About, sarif_run
from ecr_scan_reporter.domain.suppressions.rules import Suppression

MAX_RESULTS = 5_000
MAX_RUNS = 20
MAX_GZIP_BYTES = 10_000_000
# Bounds the memory for one file; GitHub has no limit for this.
MAX_CHARACTERS = 50_000_000

# The runs are measured one by one. The rest is for the frame around them, and for gzip's own lines.
_MAX_WEIGHT = MAX_GZIP_BYTES - 100_000
_SMALL = 200_000
_START = '{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [\n'
_END = "\n]}\n"
_WITH_RESULT = frozenset({CoverageStatus.CURRENT, CoverageStatus.STALE})


@dataclass(frozen=True, slots=True)
class CutImage:
    """An image of which GitHub does not get all findings: it has the `kept` most urgent ones."""

    image: InventoryImage
    kept: int
    omitted: int


@dataclass(frozen=True, slots=True)
class SarifFile:
    """One file for GitHub. `cut` are its images that lack findings.

    `without_result` counts images before its last one that have no run: an empty run would close their alerts.
    """

    text: str
    runs: int
    cut: tuple[CutImage, ...] = ()
    without_result: int = 0


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    weight: int
    cut: tuple[CutImage, ...]


def sarif_files(
    images: Iterable[ImageFindings], info: SnapshotInfo, suppressions: Iterable[Suppression] = ()
) -> Iterator[SarifFile]:
    """Yield files with all images of a snapshot that have a result, in their order, as few as the limits allow.

    `suppressions` give the reasons for the suppressed findings. Without any image there is one file without runs.
    """
    about = About(feeds_document(info), {suppression.id: suppression.reason for suppression in suppressions})
    runs: list[_Run] = []
    without_result = 0
    for each in images:
        if not _has_result(each):
            without_result += 1
            continue
        run = _run(each, about)
        if runs and not _fits(runs, run):
            yield _file(runs, without_result)
            runs, without_result = [], 0
        runs.append(run)
    yield _file(runs, without_result)


def _has_result(each: ImageFindings) -> bool:
    return bool(each.findings) or (each.image.status in _WITH_RESULT and not each.image.is_pending)


def _run(each: ImageFindings, about: About) -> _Run:
    kept = min(len(each.findings), MAX_RESULTS)
    run = _written(each, kept, about)
    while run.weight > _MAX_WEIGHT and kept:
        kept //= 2
        run = _written(each, kept, about)
    return run


def _written(each: ImageFindings, kept: int, about: About) -> _Run:
    text = json.dumps(sarif_run(each, most=kept, about=about))
    # A small text needs no compression to be known as small.
    weight = len(text) if len(text) <= _SMALL else len(zlib.compress(text.encode("ascii")))
    omitted = len(each.findings) - kept
    return _Run(text, weight, (CutImage(each.image, kept, omitted),) if omitted else ())


def _fits(runs: list[_Run], run: _Run) -> bool:
    together = [*runs, run]
    return (
        len(together) <= MAX_RUNS
        and sum(each.weight for each in together) <= _MAX_WEIGHT
        and sum(len(each.text) for each in together) <= MAX_CHARACTERS
    )


def _file(runs: list[_Run], without_result: int) -> SarifFile:
    text = ",\n".join(run.text for run in runs)
    return SarifFile(f"{_START}{text}{_END}", len(runs), tuple(cut for run in runs for cut in run.cut), without_result)
