"""SARIF of images: one file on standard output, or as many as GitHub's limits need in a folder."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ecr_scan_reporter.cli.inventory.files import write_file, write_output
from ecr_scan_reporter.cli.inventory.run import Run
from ecr_scan_reporter.cli.inventory.words import counted
from ecr_scan_reporter.domain.inventory.answers import ImageFindings
from ecr_scan_reporter.domain.inventory.exports.sarif import MAX_RUNS, SarifFile, sarif_files
from ecr_scan_reporter.domain.inventory.selection import SuppressedFindings

SUFFIX = ".sarif"


def write_sarif(
    run: Run, images: Iterable[ImageFindings], suppressed: SuppressedFindings, file: Path | None = None
) -> None:
    """Write one file, or standard output. It is incomplete where the images need several files."""
    files = _files(run, images, suppressed)
    first = next(files)
    write_file(file, [first.text]) if file else write_output([first.text])
    if next(files, None):
        run.report_problem(
            f"only {counted(first.runs, 'image')} of more are written, as GitHub takes {MAX_RUNS} at most in a file: "
            "`export --output sarif --directory DIR` writes several files"
        )


def write_sarif_folder(
    run: Run, images: Iterable[ImageFindings], suppressed: SuppressedFindings, folder: Path
) -> Iterator[tuple[Path, int]]:
    """Write files of all images; yield the path of each, and the number of its images."""
    for number, file in enumerate(_files(run, images, suppressed), 1):
        path = folder / f"findings-{number:04}{SUFFIX}"
        write_file(path, [file.text])
        yield path, file.runs


def _files(run: Run, images: Iterable[ImageFindings], suppressed: SuppressedFindings) -> Iterator[SarifFile]:
    # The reasons of suppressions are no part of the snapshot's findings.
    reasons = () if suppressed is SuppressedFindings.EXCLUDED else run.known_suppressions()
    for file in sarif_files(images, run.inventory.info, reasons):
        for cut in file.cut:
            run.note(f"{cut.image.name}: the {cut.kept:,} most urgent of {cut.kept + cut.omitted:,} findings")
        if file.without_result:
            run.note(f"{counted(file.without_result, 'image')} without a scan result: not in the file")
        yield file
