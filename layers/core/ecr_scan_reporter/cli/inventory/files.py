"""Where results go: standard output, or a file that is whole or not there."""

import io
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from ecr_scan_reporter.errors import InvalidInputError


def show_every_character() -> None:
    """Let standard output show a character that its encoding has not as an escape, in place of an error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def write_output(pieces: Iterable[str]) -> None:
    """Write text on standard output as it is; in UTF-8, but on a terminal in the terminal's encoding."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        encoding = sys.stdout.encoding if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace", newline="")
    for piece in pieces:
        sys.stdout.write(piece)


def write_file(path: Path, pieces: Iterable[str]) -> None:
    """Write a file in UTF-8, in place of one that is there. Raises InvalidInputError when it cannot be written.

    An export that ends early leaves the file as it was.
    """
    is_device = path.exists() and not path.is_file()
    unfinished = path if is_device else path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open(
            "w" if is_device else "x", encoding="utf-8", errors="backslashreplace", newline=""
        ) as file:
            file.writelines(pieces)
        if not is_device:
            unfinished.replace(path)
    except OSError as error:
        allowed = f"one that can be written ({error.strerror})"
        raise InvalidInputError("the file to write", str(path), allowed) from error
    finally:
        if not is_device:
            unfinished.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make a folder, which may be there. Raises InvalidInputError when it cannot be made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        allowed = f"one that can be made ({error.strerror})"
        raise InvalidInputError("the folder to write to", str(path), allowed) from error
