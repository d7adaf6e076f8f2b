"""What an export writes: images, findings, vulnerabilities, in each of the formats."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ecr_scan_reporter.cli.inventory.files import make_folder, write_file, write_output
from ecr_scan_reporter.cli.inventory.outputs import WRITERS, Answer
from ecr_scan_reporter.cli.inventory.run import Run
from ecr_scan_reporter.cli.inventory.sarif import write_sarif, write_sarif_folder
from ecr_scan_reporter.cli.inventory.vulnerabilities import vulnerabilities_of
from ecr_scan_reporter.cli.inventory.words import counted
from ecr_scan_reporter.domain.inventory.answers import ImageFindings
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import VULNERABILITIES, finding_records, occurrences
from ecr_scan_reporter.domain.inventory.exports.records_of_images import IMAGES
from ecr_scan_reporter.domain.inventory.exports.vex import vex_of_images
from ecr_scan_reporter.domain.inventory.selection import Selection, SuppressedFindings
from ecr_scan_reporter.use_cases.inventory.contents import findings_of, images_of

EXTENSIONS: Mapping[str, str] = {
    "csv": "csv",
    "json": "json",
    "ndjson": "ndjson",
    "markdown": "md",
    "sarif": "sarif",
    "openvex": "json",
}
KINDS = ("images", "findings", "vulnerabilities")


class Export:
    """Writes what a selection has, in one format."""

    def __init__(self, run: Run, wanted: Selection, output: str) -> None:
        self._run = run
        self._wanted = wanted
        self._output = output

    def write(self, kind: str, file: Path | None) -> None:
        """Write one kind to a file, or to standard output."""
        if self._output == "sarif":
            write_sarif(self._run, self._findings(), self._wanted.findings.suppressed, file)
            return
        pieces = self._pieces(kind)
        write_file(file, pieces) if file else write_output(pieces)

    def write_folder(self, folder: Path, kinds: Sequence[str]) -> None:
        """Write a file of each kind, or all files that SARIF needs; print the path of each."""
        make_folder(folder)
        if self._output == "sarif":
            for path, images in write_sarif_folder(
                self._run, self._findings(), self._wanted.findings.suppressed, folder
            ):
                self._run.note(f"{path}: {counted(images, 'image')}")
            return
        for kind in ("openvex",) if self._output == "openvex" else kinds:
            path = folder / f"{kind}.{EXTENSIONS[self._output]}"
            write_file(path, self._pieces(kind))
            self._run.note(str(path))

    def _pieces(self, kind: str) -> Iterable[str]:
        if self._output == "openvex":
            return self._openvex()
        return WRITERS[self._output](self._answer(kind), self._run)

    def _answer(self, kind: str) -> Answer:
        if kind == "images":
            images = images_of(self._run.inventory, self._wanted.images)
            return Answer(IMAGES, images, images.total)
        if kind == "vulnerabilities":
            found = vulnerabilities_of(self._run, self._wanted, None, None, 0)
            return Answer(VULNERABILITIES, found, found.total)
        # The number of findings comes before them in JSON alone: they are read twice, and never held.
        total = sum(len(each.findings) for each in self._findings()) if self._output == "json" else 0
        return Answer(finding_records(self._run.inventory.info), occurrences(self._findings()), total)

    def _findings(self) -> Iterator[ImageFindings]:
        return findings_of(self._run.inventory, self._wanted)

    def _openvex(self) -> Iterable[str]:
        run, images = self._run, replace(self._wanted.holders, suppressed=SuppressedFindings.INCLUDED)
        found = run.inventory.image_findings(images)
        document = vex_of_images(found, run.terminal.suppressions(run.report_problem), now=run.now)
        if document is None:
            run.report_problem("no suppression matches, and OpenVEX has no empty documents")
            return ()
        return (json.dumps(document, indent=2), "\n")
