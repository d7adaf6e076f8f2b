"""The results of a part of the benchmarks: tables, and targets beside results."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """A result with an upper limit."""

    what: str
    limit: float
    result: float
    unit: str = ""

    @property
    def is_met(self) -> bool:
        """True when the result is within the limit."""
        return self.result <= self.limit


@dataclass(frozen=True)
class Section:
    """A chapter of the results. `figures` are for the cost model."""

    title: str
    text: str
    targets: Sequence[Target] = ()
    figures: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"## {self.title}\n\n{self.text.strip()}\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; the first column is text, the others are numbers."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    rule = ["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]]
    lines = [
        " | ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in (head, rule, *cells)
    ]
    return "".join(f"| {line} |\n" for line in lines)


def targets_table(sections: Iterable[Section]) -> str:
    """Return all targets beside their results."""
    rows = [
        (target.what, f"{target.limit:g}{target.unit}", f"{target.result:.2f}{target.unit}", _verdict(target))
        for section in sections
        for target in section.targets
    ]
    return table(("target", "at most", "result", ""), rows)


def _verdict(target: Target) -> str:
    return "met" if target.is_met else "**missed**"
