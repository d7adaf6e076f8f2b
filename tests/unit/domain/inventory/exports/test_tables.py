import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ecr_scan_reporter.domain.inventory.answers import InventoryImage, Occurrence
from ecr_scan_reporter.domain.inventory.exports.cells import markdown_text, spreadsheet_text
from ecr_scan_reporter.domain.inventory.exports.members import Kind, RecordType
from ecr_scan_reporter.domain.inventory.exports.records_of_images import IMAGES
from ecr_scan_reporter.domain.inventory.exports.tables import csv_lines, markdown_lines
from ecr_scan_reporter.domain.text import one_line
from tests.not_empty import not_empty
from tests.unit.domain.inventory.exports.samples import (
    ANSWERS,
    ANY_IMAGE,
    ANY_OCCURRENCE,
    FINDING,
    FINDINGS,
    HOSTILE,
    IMAGE,
    TEXTS,
)
from tests.unit.samples import DIGEST

NUMBERS, SCANNED = "fixable | exploited | overdue", "2026-01-31T12:00:00Z"
FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
EACH = pytest.mark.parametrize(
    ("records", "answer"), not_empty(ANSWERS), ids=[records.name for records, _ in not_empty(ANSWERS)]
)


def rows(records: RecordType[Any], items: list[Any]) -> list[list[str]]:
    text = "".join(csv_lines(records, items))
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_the_csv_of_an_image_has_a_header_and_a_line() -> None:
    header, line = csv_lines(IMAGES, [IMAGE])
    assert header.startswith('"registryId","region","repository","imageDigest","imageTags","owner","pushedAt",')
    assert '"suppressed.UNDEFINED","suppressed.UNTRIAGED","fixable","exploited","epss",' in header
    assert ',"1.2 latest","team-a","2026-01-22T12:00:00Z","2026-01-30T12:00:00Z",123,"current",' in line
    assert line.endswith(
        ',1,0,0,2,0,0,0,0,0,0,0,0,0,3,1,"",0.5,"true","ecs/web, ecs/api","false",0,2,1,3,"2026-01-19"\r\n'
    )


def test_packages_that_share_a_finding_are_one_cell() -> None:
    header, line = rows(FINDINGS, [Occurrence(IMAGE, FINDING)])
    assert dict(zip(header, line, strict=True))["alsoIn"] == "libcurl4 7.88.1-10"


@EACH
def test_each_line_has_a_cell_for_each_column(records: RecordType[Any], answer: Any) -> None:
    header, line = rows(records, [answer])
    assert len(header) == len(line) == len(set(header))


@pytest.mark.parametrize("text", not_empty(HOSTILE[:9]))
def test_a_text_that_begins_as_a_formula_begins_with_an_apostrophe(text: str) -> None:
    assert spreadsheet_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "'=1", "CVE-2024-1", "user@example.com", " text"])
def test_any_other_text_stays(text: str) -> None:
    assert spreadsheet_text(text) == text


@given(st.lists(ANY_OCCURRENCE, max_size=3))
def test_csv_read_back_is_the_records_but_for_the_apostrophes(items: list[Occurrence]) -> None:
    header, *lines = rows(FINDINGS, items)
    assert len(lines) == len(items)
    for line, item in zip(lines, items, strict=True):
        record = FINDINGS.record(item)
        for part, fact in (record.pop("knownExploited") or dict.fromkeys(("added", "due", "ransomware"))).items():
            record[f"knownExploited.{part}"] = fact
        for name, cell in zip(header, line, strict=True):
            expected = ", ".join(record[name]) if name == "places" else _expected(record[name])
            assert cell in (expected, f"'{expected}")
            assert isinstance(record[name], float) or not FORMULA.match(cell)


def _expected(value: Any) -> str:
    if isinstance(value, list):
        if value and isinstance(value[0], dict):
            return ", ".join(f"{each['package']} {each['version']}".strip() for each in value)
        return " ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_the_markdown_of_an_image_shows_the_members_for_people() -> None:
    assert list(markdown_lines(IMAGES, [IMAGE])) == [
        f"| repository | imageDigest | imageTags | status | scannedAt | counts | {NUMBERS} | overdueSince |\n",
        "| --- | --- | --- | --- | --- | --- | ---: | ---: | ---: | --- |\n",
        f"| team/app | {DIGEST} | 1.2 latest | current | {SCANNED} | 1 critical, 2 low | 1 |  | 3 | 2026-01-19 |\n",
    ]


def test_notes_are_paragraphs_below_the_table_of_markdown() -> None:
    assert list(markdown_lines(IMAGES, [], ["KEV of *today*", "b"]))[2:] == ["\nKEV of \\*today\\*\n", "\nb\n"]


@EACH
def test_a_markdown_table_shows_some_members(records: RecordType[Any], answer: Any) -> None:
    table = _table("".join(markdown_lines(records, [answer])))
    assert len(table) == 2
    assert len(table[0]) >= 3


def _table(text: str) -> list[list[str]]:
    """Return the cells of the only table in a Markdown document, as a reader sees them."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).enable("table").parse(text)
    assert (tokens[0].type, tokens[-1].type) == ("table_open", "table_close")
    found: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            found.append([])
        elif token.type == "inline":
            children = token.children or []
            assert {child.type for child in children} <= {"text", "text_special"}, children
            found[-1].append("".join(child.content for child in children))
    return found


@given(st.lists(ANY_IMAGE, max_size=3))
def test_markdown_shows_any_text_as_text_in_its_own_cell(items: list[InventoryImage]) -> None:
    text = "".join(markdown_lines(IMAGES, items))
    assert "<" not in text
    assert {line.count("|") for line in text.splitlines()} == {11}
    _, *lines = _table(text)
    assert [line[:3] for line in lines] == [
        [one_line(item.repository.name), one_line(item.digest), one_line(" ".join(item.tags))] for item in items
    ]


@given(TEXTS)
def test_no_text_is_markup(text: str) -> None:
    assert _table(f"| a |\n| --- |\n| {markdown_text(text)} |\n")[1] == [one_line(text)]


def test_tables_are_written_line_by_line() -> None:
    def endless() -> Iterator[InventoryImage]:
        while True:
            yield IMAGE

    assert len(list(islice(csv_lines(IMAGES, endless()), 4))) == 4
    assert len(list(islice(markdown_lines(IMAGES, endless()), 4))) == 4


def test_these_answers_have_members_of_all_kinds() -> None:
    assert {member.kind for records, _ in ANSWERS for member in records.members} == set(Kind)
