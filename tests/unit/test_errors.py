"""Foreign values may be of any size and depth; an error quotes them in few words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.errors import MAX_QUOTED, InvalidInputError, quoted


def nested(depth: int) -> list[Any]:
    """Return lists in lists."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("value", ["x", 7, None, ["a", {"b": 1.5}], "it's", b"bytes", "x" * 198])
def test_a_short_value_is_quoted_as_it_is(value: object) -> None:
    assert str(InvalidInputError("a key", value, "another")) == f"a key is {value!r}: allowed is another"


@pytest.mark.parametrize("value", ["x" * 199, "x" * 10_000_000, b"x" * 1_000, list(range(1_000)), {"key": "x" * 900}])
def test_of_a_long_value_the_beginning_is_quoted(value: object) -> None:
    message = str(InvalidInputError("a key", value, "another"))
    begin, _, end = message.removeprefix("a key is ").partition("...")
    assert repr(value).startswith(begin)
    assert len(begin) == MAX_QUOTED - 3
    assert end == ": allowed is another"


def test_a_value_that_is_nested_too_deep_is_named_as_that() -> None:
    assert str(InvalidInputError("a key", nested(100_000), "another")) == (
        "a key is a value that is nested too deep: allowed is another"
    )


@given(st.recursive(st.none() | st.text() | st.binary() | st.floats(), st.lists))
def test_no_value_is_quoted_with_more_than_200_characters(value: object) -> None:
    assert len(quoted(value)) <= 200
