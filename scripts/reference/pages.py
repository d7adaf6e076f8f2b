"""A page of docs/reference with a part generated from the code."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
_PART = re.compile(r"(<!-- begin generated -->\n).*?(<!-- end generated -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """A page; `render` returns its generated part as Markdown."""

    path: Path
    render: Callable[[], str]

    def rendered(self) -> str:
        """Return the page with its part generated anew. Raises ValueError when the page has no marks for it."""
        text, found = _PART.subn(lambda part: f"{part[1]}\n{self.render()}\n{part[2]}", self.path.read_text("utf-8"))
        if found != 1:
            raise ValueError(f"{self.path} has {found} generated parts, not one")
        return text


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file of docs/reference that is generated as a whole."""

    path: Path
    render: Callable[[], str]

    def rendered(self) -> str:
        """Return the file, generated anew."""
        return self.render()


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, with a line break at its end."""
    return "".join(_line(cells) for cells in (headings, ["---"] * len(headings), *rows))


def _line(cells: Sequence[str]) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |\n".replace("|  |", "| |")


def code(text: str) -> str:
    """Return a value as code, `none` for an empty one."""
    return f"`{text}`" if text else "none"
