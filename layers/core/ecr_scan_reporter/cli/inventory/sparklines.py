"""Numbers over time in one line of text."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

BLOCKS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"
ASCII = "_.-:=+*#"
GAP = " "


def levels_for(encoding: str | None) -> str:
    """Return the characters of a line, the lowest first: those of ASCII where the encoding has no block elements."""
    try:
        BLOCKS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return BLOCKS


def sparkline(values: Sequence[float | None], levels: str = BLOCKS) -> str:
    """Return a character for each value, from the lowest level for the smallest to the highest for the largest.

    A value that is not known leaves a gap. Equal values are all of the lowest level.
    """
    known = [value for value in values if value is not None]
    lowest, spread = min(known, default=0), max(known, default=0) - min(known, default=0)

    def level(value: float) -> str:
        return levels[round((value - lowest) / spread * (len(levels) - 1)) if spread else 0]

    return "".join(GAP if value is None else level(value) for value in values)


def fitted(
    values: Sequence[float | None], width: int, pick: Callable[[Iterable[float]], float]
) -> tuple[float | None, ...]:
    """Return at most `width` values: of neighbours that share a place, the one that `pick` picks of those known."""
    if len(values) <= width:
        return tuple(values)
    bounds = [place * len(values) // width for place in range(width + 1)]
    groups = ([value for value in values[start:end] if value is not None] for start, end in pairwise(bounds))
    return tuple(pick(group) if group else None for group in groups)
