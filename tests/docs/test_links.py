"""What the documents link to is there, and so is what the code says of the documents."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.markdown import ROOT, anchors, links, markdown_files, project_files

# What a file outside the documents calls a document by.
_NAMED = re.compile(r"(?<![\w/.-])docs/[\w./-]+\.(?:md|json)\b")


def _broken_links(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [target for target in links(text) if not _leads_somewhere(path, target, text)]


def _leads_somewhere(page: Path, target: str, text: str) -> bool:
    if re.match(r"(https?|mailto):", target):
        return True
    name, _, anchor = unquote(target).partition("#")
    if not name:
        return anchor in anchors(text)
    file = (page.parent / name).resolve()
    if not file.is_relative_to(ROOT) or not file.exists():
        return False
    return not anchor or (file.suffix == ".md" and anchor in anchors(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", markdown_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(path: Path) -> None:
    assert _broken_links(path) == []


@pytest.mark.parametrize(
    ("target", "is_there"),
    [
        ("messages.md", True),
        ("messages.md#the-digest", True),
        ("../README.md", True),
        ("#here", True),
        ("https://example.com/gone", True),
        ("gone.md", False),
        ("messages.md#gone", False),
        ("#gone", False),
        ("../../above-the-project.md", False),
    ],
)
def test_a_link_that_leads_nowhere_is_noticed(target: str, is_there: bool) -> None:
    page = ROOT / "docs" / "page.md"
    assert _leads_somewhere(page, target, f"[link]({target})\n\n## Here\n") is is_there


def test_headings_have_the_anchors_that_github_gives_them() -> None:
    text = "# `NotifyOn`, and [a link](x.md)\n\n```\n# no heading\n```\n\n## Twice\n\n## Twice\n"
    assert anchors(text) == {"notifyon-and-a-link", "twice", "twice-1"}


def test_links_in_code_are_none() -> None:
    text = "```\n[a](b.md)\n```\n`[c](d.md)` and [an `e`](f.md)\n"
    assert list(links(text)) == ["f.md"]


def test_every_page_is_found_from_the_map_of_the_documents() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / link.partition("#")[0]).resolve() for link in links(index.read_text(encoding="utf-8"))}
    pages = {path for path in markdown_files() if path.is_relative_to(ROOT / "docs")} - {index}
    assert len(pages) > 10
    assert sorted(path.name for path in pages - linked) == []


def _sources() -> list[Path]:
    """Return the files that are no documents; this one has names of pages that are not there."""
    return [path for path in project_files() if path.suffix in {".py", ".toml", ".yaml", ""} and path != Path(__file__)]


def test_every_document_that_the_code_names_exists() -> None:
    named = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in _sources()
        for name in _NAMED.findall(path.read_text(encoding="utf-8", errors="replace"))
    }
    assert len(named) > 10
    assert sorted((source, name) for source, name in named if not (ROOT / name).exists()) == []
