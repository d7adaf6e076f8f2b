from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import (
    abridge,
    ascii_line,
    describe_counts,
    describe_moment,
    describe_tags,
    is_unicode,
    many,
    one_line,
    shorten,
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("as it is", "as it is"),
        ("  spaces\t around\r\nand a second line ", "spaces around and a second line"),
        ("a\x00b\x1b[31mc", "a b [31mc"),
        ("left\u202eright", "left right"),
        ("caf\u00e9", "caf\u00e9"),
        ("\n", ""),
    ],
)
def test_text_of_others_is_shown_on_one_line_without_control_characters(text: str, line: str) -> None:
    assert one_line(text) == line


def test_a_character_that_is_not_ascii_becomes_a_question_mark() -> None:
    assert ascii_line("caf\u00e9 \u4e2d") == "caf? ?"


@pytest.mark.parametrize(
    ("length", "shortened"),
    [(20, "abcdefghij"), (10, "abcdefghij"), (9, "abc..ghij"), (4, "a..j"), (3, "abc"), (0, ""), (-5, "")],
)
def test_long_text_loses_its_middle(length: int, shortened: str) -> None:
    assert shorten("abcdefghij", length) == shortened


@given(st.text(max_size=20), st.integers(-5, 25))
def test_shortened_text_is_never_too_long(text: str, length: int) -> None:
    assert len(shorten(text, length)) <= max(length, 0)


def test_counts_are_written_in_words_without_zeros() -> None:
    counts = {Severity.HIGH: 9, Severity.CRITICAL: 3, Severity.LOW: 0, Severity.UNDEFINED: 4}
    assert describe_counts(counts, [Severity.CRITICAL, Severity.HIGH, Severity.LOW]) == "3 critical, 9 high"
    assert describe_counts({}, list(Severity)) == ""


def test_moments_are_written_in_utc() -> None:
    assert describe_moment(datetime(2026, 1, 31, 1, 30, tzinfo=timezone(timedelta(hours=2)))) == "2026-01-30 23:30 UTC"
    assert describe_moment(None) == "not known"


@pytest.mark.parametrize(
    ("tags", "described"),
    [
        ((), "none (untagged)"),
        (("1.2",), "1.2"),
        (("latest", "1.2"), "latest, 1.2"),
        (("a", "b", "c", "d"), "a, b, c and 1 more"),
        (("evil\ntag",), "evil tag"),
    ],
)
def test_tags_are_listed(tags: tuple[str, ...], described: str) -> None:
    assert describe_tags(tags, most=3) == described


@pytest.mark.parametrize(
    ("text", "length", "beginning"),
    [
        ("A flaw.", 20, "A flaw."),
        ("A flaw\nin curl", 20, "A flaw in curl"),
        ("A heap overflow in curl", 20, "A heap overflow..."),
        ("A heap overflow, in curl", 19, "A heap overflow..."),
        ("incomprehensibilities", 10, "incompr..."),
        ("A" + "\n" * 500 + "B", 10, "A..."),
        ("A flaw", 2, ".."),
    ],
)
def test_of_a_long_text_the_first_words_are_shown(text: str, length: int, beginning: str) -> None:
    assert abridge(text, length) == beginning


@given(st.text(), st.integers(0, 40))
def test_an_abridged_text_is_one_line_of_its_length(text: str, length: int) -> None:
    assert len(abridge(text, length)) <= length
    assert abridge(text, length).isprintable()


@pytest.mark.parametrize(
    ("number", "what", "words"),
    [(1, "image", "1 image"), (0, "image", "0 images"), (2, "repository", "2 repositories"), (43, "day", "43 days")],
)
def test_numbers_come_with_the_right_noun(number: int, what: str, words: str) -> None:
    assert many(number, what) == words


@pytest.mark.parametrize(("text", "expected"), [("", True), ("caf\u00e9 \U0001f600", True), ("\ud83d", False)])
def test_half_of_a_surrogate_pair_is_no_unicode(text: str, expected: bool) -> None:
    assert is_unicode(text) is expected
