"""Markdown as GitHub shows it: which files there are, what they link to, and which anchors their headings make."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCED = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[`~]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(?:(?!\1).)+?\1(?!`)", re.DOTALL)
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_REFERENCE = re.compile(r"^\[[^\]]+\]:\s+(\S+)", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
_HTML_ANCHOR = re.compile(r"<a (?:id|name)=\"([^\"]+)\"")


def project_files() -> list[Path]:
    """Return every file of the project; not what tools put into folders of their own."""
    found: list[Path] = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [name for name in inner if not name.startswith(".") and name not in {"__pycache__", "dist"}]
        found.extend(Path(folder, name) for name in names)
    return sorted(found)


def markdown_files() -> list[Path]:
    """Return every Markdown file of the project."""
    return [path for path in project_files() if path.suffix == ".md"]


def prose(text: str) -> str:
    """Return the text without its blocks of code."""
    return _FENCED.sub("", text)


def links(text: str) -> Iterator[str]:
    """Yield the target of each link and image, as it is written."""
    shown = _CODE.sub("code", prose(text))
    for pattern in (_LINK, _REFERENCE):
        yield from (found[1] for found in pattern.finditer(shown))


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub makes of the headings, and those that are written as HTML."""
    seen: Counter[str] = Counter()
    found = set(_HTML_ANCHOR.findall(text))
    for heading in _HEADING.findall(prose(text)):
        slug = _slug(heading)
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def _slug(heading: str) -> str:
    shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
