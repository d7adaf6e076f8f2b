"""Pieces of text that several messages share."""

from collections.abc import Sequence
from datetime import UTC, datetime

from ecr_scan_reporter.domain.severities import Severity, SeverityCounts


def is_unicode(text: str) -> bool:
    """Return whether UTF-8 has the text: half of a surrogate pair is in Python's texts alone."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def one_line(text: str) -> str:
    """Return the text on one line, without control characters: text of others is hostile."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())


def ascii_line(text: str) -> str:
    """Return `one_line` of the text, with a question mark for each character that is not ASCII."""
    return one_line(text).encode("ascii", "replace").decode("ascii")


def shorten(text: str, length: int) -> str:
    """Cut text to `length` characters, in its middle: both ends of an image's name matter."""
    if len(text) <= length:
        return text
    if length <= 3:
        return text[: max(length, 0)]
    head = (length - 2) // 2
    return f"{text[:head]}..{text[len(text) - (length - 2 - head) :]}"


def abridge(text: str, length: int) -> str:
    """Return the beginning of a text on one line, in at most `length` characters, whole words where there are some."""
    line = one_line(text[: 4 * length])
    if len(line) <= length and len(text) <= 4 * length:
        return line
    kept = line[: max(length - 3, 0)]
    words = kept.rpartition(" ")[0] if len(line) > len(kept) and line[len(kept)] != " " else kept
    return f"{(words or kept).rstrip(' .,;:')}..."[:length]


def many(number: int, what: str) -> str:
    """Say how many there are: '1 image', '2 images', '3 repositories'."""
    plural = f"{what[:-1]}ies" if what.endswith(("ry", "ty")) else f"{what}s"
    return f"{number} {what if number == 1 else plural}"


def describe_counts(counts: SeverityCounts, severities: Sequence[Severity]) -> str:
    """Return the counts in words: '3 critical, 9 high'."""
    return ", ".join(f"{counts[severity]} {severity.lower()}" for severity in severities if counts.get(severity))


def describe_moment(moment: datetime | None) -> str:
    """Return a moment in words: '2026-01-31 12:00 UTC'."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if moment else "not known"


def describe_tags(tags: Sequence[str], most: int = 20) -> str:
    """Return the first `most` tags, and the number of the others."""
    if not tags:
        return "none (untagged)"
    shown = ", ".join(one_line(tag) for tag in tags[:most])
    return f"{shown} and {len(tags) - most} more" if len(tags) > most else shown
