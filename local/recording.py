"""The demo's output as a page of the documents, without the parts that differ from run to run."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

# The start of every run in the page.
SHOWN = datetime(2026, 1, 31, 4, 0, tzinfo=UTC)
_PART = re.compile(r"(<!-- begin demo -->\n).*?(<!-- end demo -->)", re.DOTALL)
_RULE = re.compile(r"^─+ (.+?) ─+$", re.MULTILINE)
_MOMENT = re.compile(r"\b(\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(:\d\d)?(Z| UTC)")
_DURATION = re.compile(r"\b\d+(\.\d)? s\b")
# CloudFormation ends the name of a bucket with random characters.
_BUCKET = re.compile(r"(?<=-findingsbucket-)[0-9a-z]+")
# The feeds are served at a port that is free.
_PORT = re.compile(r"(?<=127\.0\.0\.1:)\d{5}\b")
_ANY_CHARACTERS = "0123456789abcdef" * 4


def write(page: Path, output: str, began: datetime) -> None:
    """Write the output of a run into the page. Raises ValueError when the page has no marks for it."""
    text, found = _PART.subn(
        lambda part: f"{part[1]}\n{_sections(comparable(output, began))}\n{part[2]}", page.read_text(encoding="utf-8")
    )
    if found != 1:
        raise ValueError(f"{page} has {found} places for the demo, not one")
    page.write_text(text, encoding="utf-8")


def comparable(output: str, began: datetime) -> str:
    """Return the output with fixed durations, moments and random names.

    Moments keep their distance from `began`, in whole hours, the unit of the ages in the sample registry.
    No width changes, so that boxes stay boxes; durations lose their digits, because no box has one.
    """
    start = began.replace(second=0, microsecond=0)

    def shown(found: re.Match[str]) -> str:
        separator = found[1][10]
        moment = SHOWN + (datetime.fromisoformat(found[1]).replace(tzinfo=UTC) - start)
        return f"{moment:%Y-%m-%d{separator}%H}:00{':00' if found[2] else ''}{found[3]}"

    output = _DURATION.sub("... s", _MOMENT.sub(shown, output))
    output = _BUCKET.sub(lambda found: _ANY_CHARACTERS[: len(found[0])], output)
    output = _PORT.sub("12345", output)
    return "\n".join(line.rstrip() for line in output.strip().splitlines())


def _sections(output: str) -> str:
    """Return Markdown: a block for the output before the first rule, then a heading and a block for each rule."""
    return "\n".join(_blocks(_RULE.split(output)))


def _blocks(parts: list[str]) -> Iterator[str]:
    # Before the first rule, then the title of each rule and what follows it.
    yield _block(parts[0])
    for title, text in zip(parts[1::2], parts[2::2], strict=True):
        yield f"## {title}\n\n{_block(text)}"


def _block(text: str) -> str:
    return f"```text\n{text.strip(chr(10))}\n```\n"
