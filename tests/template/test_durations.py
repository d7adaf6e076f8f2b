"""The template accepts exactly the durations that the functions accept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.errors import InvalidInputError
from tests.template.declared import accepts


def is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except InvalidInputError:
        return False
    return True


DURATIONS = ["ScanExpiryDuration", "PulledWithin", "PushedWithin"]


@pytest.mark.parametrize("parameter", DURATIONS)
@given(text=st.text("0123456789mwdh -+yM", min_size=1, max_size=10))
def test_the_template_accepts_the_durations_that_the_functions_accept(parameter: str, text: str) -> None:
    if text == text.strip():
        assert accepts(parameter, text) == is_duration(text)


@pytest.mark.parametrize("parameter", DURATIONS)
@pytest.mark.parametrize("text", ["7d", "1m", "2w3d", "10d", "36h", "0h", "1m2w3d4h", "9999m9999w9999d9999h"])
def test_a_duration_is_accepted(parameter: str, text: str) -> None:
    assert accepts(parameter, text)
    assert is_duration(text)


@pytest.mark.parametrize("parameter", DURATIONS)
@pytest.mark.parametrize("text", ["banana", "-1d", "1d1w", "7", "d", "12345d", "1.5d", "7D", "\u0667d"])
def test_template_and_functions_refuse_a_value_that_is_no_duration(parameter: str, text: str) -> None:
    assert not accepts(parameter, text)
    assert not is_duration(text)


def test_only_the_optional_durations_may_be_left_empty() -> None:
    assert [accepts(parameter, "") for parameter in DURATIONS] == [False, True, True]
