"""The file of --ignore: suppressions of one pipeline, in the form of the account's."""

from datetime import datetime
from pathlib import Path

from ecr_scan_reporter.cli.suppressions.files import UnusableFileError, read_document
from ecr_scan_reporter.cli.suppressions.lines import faults_with_lines
from ecr_scan_reporter.domain.suppressions.fields import InvalidSuppressionsError, parse_suppressions
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import InvalidInputError

AUTHOR = "--ignore"


def read_ignored(file: Path | None, now: datetime) -> list[Suppression]:
    """Return the rules of a file, none without a file. Raises UnusableFileError with the line of each fault."""
    if file is None:
        return []
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UnusableFileError(f"the file {file} of --ignore cannot be read: {error.strerror}") from error
    try:
        document = read_document(content)
        return parse_suppressions([] if document is None else document, created_by=AUTHOR, created_at=now)
    except InvalidSuppressionsError as error:
        raise UnusableFileError(f"the file {file} of --ignore:\n{faults_with_lines(error, content)}") from error
    except InvalidInputError as error:
        raise UnusableFileError(f"the file {file} of --ignore: {error}") from error
