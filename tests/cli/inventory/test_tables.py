"""A table on a terminal, and in a file."""

import io
from collections.abc import Sequence
from contextlib import redirect_stdout

import pytest
from rich.text import Text

from ecr_scan_reporter.cli.inventory.tables import Column, print_table

ROWS = (("a" * 60, "1", "", "0"), ("\u4e2d\u6587 [b]x", "12,345", "", ""))
COLUMNS: Sequence[Column[tuple[str, ...]]] = (
    Column("Name", lambda row: row[0]),
    Column("Number", lambda row: Text(row[1], "red"), is_number=True),
    Column("Unknown", lambda row: row[2]),
    Column("Never", lambda row: row[3], is_optional=True),
)


def shown(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> str:
    """Return what is printed in 40 columns."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TTY_COMPATIBLE", "1" if terminal else "0")
    output = io.StringIO()
    with redirect_stdout(output):
        print_table(ROWS, COLUMNS)
        print_table((), COLUMNS)
    return output.getvalue()


def test_in_a_file_a_row_is_one_line_however_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, terminal=False).splitlines() == [
        f"{'Name':<60}  Number  Unknown",
        f"{'a' * 60}       1  -",
        f"\u4e2d\u6587 [b]x{' ' * 51}  12,345  -",
    ]


def test_on_a_terminal_it_is_folded_to_the_width_and_has_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, terminal=True)
    assert "\x1b[31m12,345" in text
    assert "[b]x" in text
    assert "Never" not in text
    assert (
        max(
            len(line)
            for line in text.replace("\x1b[1m", "").replace("\x1b[31m", "").replace("\x1b[0m", "").splitlines()
        )
        <= 40
    )
