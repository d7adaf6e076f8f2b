from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.gate.timeouts import describe_length, parse_timeout
from ecr_scan_reporter.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("1h30m", 5_400), ("24h", 86_400), ("0s", 0), (" 2M ", 120)]
)
def test_a_minute_is_an_m_here(text: str, seconds: int) -> None:
    assert parse_timeout(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "15", "15x", "m15", "1.5h", "25h", "-1m", "1s2m", "999999h", "1 h"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="90s, 15m or 1h30m"):
        parse_timeout(text)


@given(st.integers(0, 86_400))
def test_a_length_is_written_as_it_is_read(seconds: int) -> None:
    assert parse_timeout(describe_length(timedelta(seconds=seconds))) == timedelta(seconds=seconds)
