"""Markdown for GitHub: the verdict first, within its limits, safe."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.gate.checks import CheckedImage
from ecr_scan_reporter.domain.gate.markdown import MAX_COMMENT_BYTES, MAX_SUMMARY_BYTES, markdown_document
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.gate.checks import CRITICAL, HIGH, check, checked
from tests.unit.samples import SCANNED_IMAGE

ALL = Severity.UNTRIAGED


def test_the_verdict_comes_first_then_the_worst_findings_then_what_to_do() -> None:
    text = markdown_document(check(checked(HIGH, CRITICAL)), ALL, MAX_COMMENT_BYTES)
    places = [text.index(part) for part in ("FAILED", "| CVE-1 |", "| CVE-2 |", "| 1.1.2 |", "ignore it", "Where the")]
    assert places == sorted(places)
    assert text.startswith("### \u274c FAILED: team/app:1.2 is against the policy")


def test_a_clean_image_has_its_verdict_and_no_table() -> None:
    text = markdown_document(check(checked()), ALL, MAX_COMMENT_BYTES)
    assert text.startswith("### \u2705 PASSED")
    assert "No findings count." in text
    assert "| --- |" not in text


def test_findings_below_the_level_of_the_report_are_counted() -> None:
    text = markdown_document(check(checked(CRITICAL, HIGH)), Severity.CRITICAL, MAX_COMMENT_BYTES)
    assert "CVE-2" not in text
    assert "and 1 less severe, which --report-level leaves out" in text


def test_an_image_without_a_result_says_why() -> None:
    text = markdown_document(check(CheckedImage(SCANNED_IMAGE, problem="it is archived")), ALL, MAX_COMMENT_BYTES)
    assert text.startswith("### \u26a0\ufe0f NOT SCANNED")


@pytest.mark.parametrize("most", [MAX_SUMMARY_BYTES, MAX_COMMENT_BYTES])
def test_it_never_exceeds_its_limit_and_keeps_the_worst(most: int) -> None:
    findings = [replace(HIGH, name=f"CVE-2024-{number}", package="\u00e4" * 200) for number in range(5_000)]
    text = markdown_document(check(checked(CRITICAL, *findings)), ALL, most)
    assert len(text.encode()) <= most
    assert "CVE-1" in text
    assert "less important findings." in text
    assert text.rstrip().endswith("</details>")


@pytest.mark.parametrize("most", [0, 1, 100])
def test_without_room_it_is_cut(most: int) -> None:
    assert len(markdown_document(check(checked(CRITICAL)), ALL, most).encode()) <= most


@given(st.text(max_size=50))
def test_text_of_others_makes_no_cell_and_no_markup(text: str) -> None:
    finding = replace(CRITICAL, name=f"CVE {text}|<img>", package=text, version=text, fixed_in=text)
    document = markdown_document(check(checked(finding)), ALL, MAX_COMMENT_BYTES)
    (row,) = [line for line in document.splitlines() if line.startswith("| critical")]
    assert row.count("|") == 6
    assert "<img>" not in document
