"""Numbers, shares, sizes and ages in words; lines of numbers."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.cli.inventory.cells import summed_up
from ecr_scan_reporter.cli.inventory.sparklines import ASCII, BLOCKS, fitted, levels_for, sparkline
from ecr_scan_reporter.cli.inventory.words import age, counted, share, size
from ecr_scan_reporter.domain.inventory.answers import Page
from ecr_scan_reporter.use_cases.inventory.listing import PAGE, Listing


@pytest.mark.parametrize(
    ("number", "what", "words"),
    [
        (0, "image", "0 images"),
        (1, "repository", "1 repository"),
        (2, "repository", "2 repositories"),
        (12_345, "vulnerability", "12,345 vulnerabilities"),
        (2, "day", "2 days"),
    ],
)
def test_a_number_of_things(number: int, what: str, words: str) -> None:
    assert counted(number, what) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (56_700_000_000, "56.7 GB"),
        (10**15, "1.0 PB"),
        (10**19, "10000.0 PB"),
    ],
)
def test_a_size_has_powers_of_ten(number: int, words: str) -> None:
    assert size(number) == words


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, "-"),
        (0, 5, "0.0 %"),
        (1, 100_000, "< 0.1 %"),
        (1, 3, "33.3 %"),
        (99_999, 100_000, "99.9 %"),
        (5, 5, "100.0 %"),
    ],
)
def test_a_share_is_all_or_nothing_only_of_all_or_nothing(part: int, whole: int, words: str) -> None:
    assert share(part, whole) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [({"hours": 1, "minutes": 59}, "1 hour"), ({"hours": 47}, "47 hours"), ({"hours": 71}, "2 days")],
)
def test_an_age_is_in_hours_and_from_two_days_on_in_days(length: dict[str, float], words: str) -> None:
    assert age(timedelta(**length)) == words


def test_texts_are_summed_up_each_once() -> None:
    assert summed_up(["b", "", "a", "b", "c", "d\n", "e"]) == "b, a, c +2"
    assert summed_up([]) == ""


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ((), ""),
        ((5,), "\u2581"),
        ((0, 7), "\u2581\u2588"),
        ((1, 2, 3, 4, 5, 6, 7, 8), BLOCKS),
        ((1, None, 8), "\u2581 \u2588"),
        ((None, None), "  "),
        ((3, 3, 3), "\u2581\u2581\u2581"),
    ],
)
def test_a_line_goes_from_the_smallest_to_the_largest(values: tuple[float | None, ...], line: str) -> None:
    assert sparkline(values) == line


NUMBERS = st.lists(st.none() | st.integers(-1000, 1000), max_size=200)


@given(NUMBERS, st.sampled_from([BLOCKS, ASCII]))
def test_a_line_has_a_character_for_each_value_and_keeps_their_order(values: list[int | None], levels: str) -> None:
    line = sparkline(values, levels)
    assert len(line) == len(values)
    known = [
        (value, levels.index(character)) for value, character in zip(values, line, strict=True) if value is not None
    ]
    assert [level for _, level in sorted(known)] == sorted(level for _, level in known)


@given(NUMBERS, st.integers(1, 100))
def test_values_are_fitted_to_the_width_and_no_peak_is_lost(values: list[int | None], width: int) -> None:
    found = fitted(values, width, max)
    known = [value for value in values if value is not None]
    assert len(found) == min(len(values), width)
    assert max((value for value in found if value is not None), default=None) == max(known, default=None)


@pytest.mark.parametrize(
    ("encoding", "levels"),
    [("utf-8", BLOCKS), ("UTF8", BLOCKS), ("ascii", ASCII), ("latin-1", ASCII), (None, ASCII), ("unknown", ASCII)],
)
def test_a_terminal_without_block_elements_gets_ascii(encoding: str | None, levels: str) -> None:
    assert levels_for(encoding) == levels


@given(st.integers(0, 3 * PAGE), st.integers(0, 3 * PAGE))
def test_a_listing_is_the_beginning_of_the_list_page_by_page(total: int, limit: int) -> None:
    sizes = []

    def ask(most: int, cursor: str | None) -> Page[int]:
        start = int(cursor or 0)
        end = min(start + most, total)
        sizes.append(most)
        return Page(tuple(range(start, end)), total, str(end) if end < total else None)

    listing = Listing(ask, limit)
    assert listing.total == total
    assert [*listing] == [*range(total)][: limit or None]
    assert listing.remaining == (max(total - limit, 0) if limit else 0)
    assert (len(sizes), max(sizes) <= PAGE) == (
        max(-(-min(limit or total, total) // min(limit or PAGE, PAGE)), 1),
        True,
    )
