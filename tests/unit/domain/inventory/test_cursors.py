from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.cursors import CursorExpiredError, Key, Question, make_cursor, read_cursor
from ecr_scan_reporter.domain.inventory.selection import ImageFilter, ImageSort
from ecr_scan_reporter.errors import InvalidInputError

QUESTION = Question("snapshot-1", ("images", ImageFilter(owner="team-a"), ImageSort.WORST))
KEYS = ("a", 1, 2.5, None)

integers = st.integers(-(2**63) + 1, 2**63 - 1)
keys = st.lists(st.none() | integers | st.text() | st.floats(allow_nan=False), min_size=1, max_size=5)


@given(keys)
def test_a_cursor_brings_its_keys_back(made: list[Key]) -> None:
    assert read_cursor(make_cursor(QUESTION, made), QUESTION, len(made)) == tuple(made)


@pytest.mark.parametrize(
    "question",
    [
        replace(QUESTION, parts=("images", ImageFilter(owner="team-b"), ImageSort.WORST)),
        replace(QUESTION, parts=("images", ImageFilter(owner="team-a"), ImageSort.SIZE)),
        replace(QUESTION, parts=("where", ImageFilter(owner="team-a"), ImageSort.WORST)),
    ],
)
def test_the_cursor_of_another_question_is_refused(question: Question) -> None:
    with pytest.raises(InvalidInputError, match="with the same filter and order"):
        read_cursor(make_cursor(question, KEYS), QUESTION, len(KEYS))


def test_the_cursor_of_another_snapshot_has_expired() -> None:
    with pytest.raises(CursorExpiredError, match="begin again"):
        read_cursor(make_cursor(replace(QUESTION, generation="snapshot-0"), KEYS), QUESTION, len(KEYS))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "e30",
        urlsafe_b64encode(b"[]").decode(),
        urlsafe_b64encode(b'{"q": 1, "g": 2}').decode(),
        urlsafe_b64encode(b"[" * 100_000).decode(),
        make_cursor(QUESTION, KEYS[:2]),
        make_cursor(QUESTION, KEYS)[:-5],
    ],
)
def test_what_is_no_cursor_is_refused_and_named(text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"^cursor is"):
        read_cursor(text, QUESTION, len(KEYS))


@pytest.mark.parametrize(
    "key",
    ['"k":[[1]]', '"k":[true]', '"k":{"a":1}', '"k":"ab"', f'"k":[{10**30}]', f'"k":[{-(10**30)}]', r'"k":["\ud800"]'],
)
def test_keys_that_sqlite_does_not_take_are_refused(key: str) -> None:
    content = f'{{"q":"{QUESTION.fingerprint}","g":"snapshot-1",{key}}}'
    with pytest.raises(InvalidInputError):
        read_cursor(urlsafe_b64encode(content.encode()).decode(), QUESTION, 1)


def test_a_set_of_a_filter_has_one_fingerprint_in_every_process() -> None:
    filters = [ImageFilter(statuses=frozenset(order)) for order in (list(CoverageStatus), list(CoverageStatus)[::-1])]
    assert len({Question("1", (each,)).fingerprint for each in filters}) == 1
    assert "current" in repr(sorted(map(str, filters[0].statuses or ())))
