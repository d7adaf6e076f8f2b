"""The formats of a check, by their names, and the files that it writes."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ecr_scan_reporter.cli.inventory.files import write_file
from ecr_scan_reporter.domain.gate.checks import Check
from ecr_scan_reporter.domain.gate.documents import check_document
from ecr_scan_reporter.domain.gate.exports import check_info, image_findings
from ecr_scan_reporter.domain.gate.junit import junit_document
from ecr_scan_reporter.domain.gate.markdown import MAX_COMMENT_BYTES, MAX_SUMMARY_BYTES, markdown_document
from ecr_scan_reporter.domain.inventory.exports.documents import ndjson_lines
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import finding_records, occurrences
from ecr_scan_reporter.domain.inventory.exports.sarif import sarif_files
from ecr_scan_reporter.domain.inventory.exports.tables import csv_lines
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError

Pieces = Iterable[str]


def _json(check: Check, least: Severity) -> Pieces:
    return [json.dumps(check_document(check, least), indent=2), "\n"]


def _csv(check: Check, least: Severity) -> Pieces:
    records = finding_records(check_info(check))
    return csv_lines(records, occurrences(image_findings(check, least, only_counted=True)))


def _ndjson(check: Check, least: Severity) -> Pieces:
    records = finding_records(check_info(check))
    return ndjson_lines(records, occurrences(image_findings(check, least, only_counted=True)))


def _sarif(check: Check, least: Severity) -> Pieces:
    # An index of more images than GitHub takes in a file does not exist.
    return [next(sarif_files(image_findings(check, least, only_counted=False), check_info(check))).text]


WRITERS: Mapping[str, Callable[[Check, Severity], Pieces]] = {
    "json": _json,
    "ndjson": _ndjson,
    "csv": _csv,
    "markdown": lambda check, least: [markdown_document(check, least, MAX_COMMENT_BYTES)],
    "sarif": _sarif,
    "junit": lambda check, _: [junit_document(check)],
}

Report = tuple[str, Path]
"""A format, and the file to write."""


def parse_report(text: str) -> Report:
    """Read `FORMAT=FILE`. Raises InvalidInputError, also where the folder of the file is not there."""
    format_, is_given, file = text.partition("=")
    path = Path(file)
    if format_ not in WRITERS or not is_given or not file:
        raise InvalidInputError("the report", text, f"FORMAT=FILE, with a format of {', '.join(WRITERS)}")
    if not _can_be_a_file(path):
        raise InvalidInputError("the report", text, "a file in a folder that is there")
    return format_, path


def _can_be_a_file(path: Path) -> bool:
    try:
        return path.absolute().parent.is_dir() and not path.is_dir()
    except OSError:  # a name that no file can have
        return False


def write_reports(check: Check, reports: Iterable[Report], least: Severity) -> None:
    """Write the files. Raises InvalidInputError where one cannot be written."""
    for format_, path in reports:
        write_file(path, WRITERS[format_](check, least))


def append_summary(check: Check, file: Path, least: Severity) -> None:
    """Append the check to the step summary of GitHub, within its limit. Raises InvalidInputError."""
    try:
        taken = file.stat().st_size if file.exists() else 0
        with file.open("a", encoding="utf-8", errors="backslashreplace") as summary:
            summary.write(markdown_document(check, least, max(MAX_SUMMARY_BYTES - taken, 0)))
    except OSError as error:
        allowed = f"a file that can be written ({error.strerror})"
        raise InvalidInputError("the summary", str(file), allowed) from error
