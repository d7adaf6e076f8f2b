import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.errors import InvalidInputError

HOURS_IN_A_WEEK = 7 * 24
durations = st.builds(
    Duration, months=st.integers(0, 9_999), hours=st.integers(0, 9_999 * HOURS_IN_A_WEEK + HOURS_IN_A_WEEK - 1)
)
moments = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7d", Duration(hours=168)),
        ("1m", Duration(months=1)),
        ("2w3d", Duration(hours=(14 + 3) * 24)),
        ("10d", Duration(hours=240)),
        ("36h", Duration(hours=36)),
        ("1m2w3d4h", Duration(months=1, hours=(14 + 3) * 24 + 4)),
        ("1m4h", Duration(months=1, hours=4)),
        ("0h", Duration()),
        ("0d", Duration()),
        ("007d", Duration(hours=168)),
        ("9999m9999w9999d9999h", Duration(months=9999, hours=(9999 * 7 + 9999) * 24 + 9999)),
        (" 7d\n", Duration(hours=168)),
    ],
)
def test_a_duration_is_months_weeks_days_and_hours(text: str, expected: Duration) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("  ", id="blank"),
        pytest.param("banana", id="a word"),
        pytest.param("7", id="no unit"),
        pytest.param("d", id="no number"),
        pytest.param("-1d", id="negative"),
        pytest.param("+1d", id="signed"),
        pytest.param("1.5d", id="fraction"),
        pytest.param("1d1w", id="wrong order"),
        pytest.param("1d1d", id="unit twice"),
        pytest.param("7 d", id="space inside"),
        pytest.param("7D", id="capital unit"),
        pytest.param("1y", id="unknown unit"),
        pytest.param("12345d", id="five digits"),
        pytest.param("٧d", id="Arabic digit"),  # noqa: RUF001
        pytest.param("７d", id="full-width digit"),  # noqa: RUF001
        pytest.param("7d\n8h", id="two lines"),
        pytest.param("7dx", id="something after it"),
        pytest.param("rate(7 days)", id="a schedule"),
    ],
)
def test_anything_else_is_refused_by_name_value_and_what_is_allowed(text: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        parse_duration(text, "ECR_IMAGES_DURATION_DELTA")
    assert str(refusal.value).startswith(f"ECR_IMAGES_DURATION_DELTA is {text!r}: allowed is months, weeks, days")
    assert "'1m', '2w3d', '10d' or '36h'" in str(refusal.value)


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (Duration(), "0h"),
        (Duration(hours=36), "1d12h"),
        (Duration(hours=168), "1w"),
        (Duration(months=1, hours=HOURS_IN_A_WEEK * 2 + 25), "1m2w1d1h"),
    ],
)
def test_a_duration_is_written_in_the_largest_units(duration: Duration, text: str) -> None:
    assert str(duration) == text


@pytest.mark.parametrize(
    ("text", "moment", "before"),
    [
        pytest.param("1m", (2026, 3, 31, 8), (2026, 2, 28, 8), id="the end of a shorter month"),
        pytest.param("1m", (2024, 3, 31, 8), (2024, 2, 29, 8), id="the end of February in a leap year"),
        pytest.param("1m", (2026, 3, 30, 8), (2026, 2, 28, 8), id="a day that the shorter month does not have"),
        pytest.param("1m", (2026, 2, 28, 8), (2026, 1, 28, 8), id="no clinging to the end of the month"),
        pytest.param("1m", (2026, 1, 15, 8), (2025, 12, 15, 8), id="over the new year"),
        pytest.param("12m", (2024, 2, 29, 8), (2023, 2, 28, 8), id="a leap day less a year"),
        pytest.param("13m", (2026, 1, 31, 8), (2024, 12, 31, 8), id="more than a year"),
        pytest.param("1w", (2026, 3, 3, 8), (2026, 2, 24, 8), id="a week"),
        pytest.param("36h", (2026, 3, 1, 8), (2026, 2, 27, 20), id="hours over midnight"),
        pytest.param("1m1d", (2026, 3, 31, 8), (2026, 2, 27, 8), id="first the months, then the days"),
        pytest.param("0h", (2026, 3, 31, 8), (2026, 3, 31, 8), id="nothing"),
    ],
)
def test_counts_back_from_a_moment(text: str, moment: tuple[int, ...], before: tuple[int, ...]) -> None:
    year, month, day, hour = moment
    assert parse_duration(text).before(datetime(year, month, day, hour, tzinfo=UTC)) == datetime(
        before[0], before[1], before[2], before[3], tzinfo=UTC
    )


@given(durations)
def test_a_duration_is_read_back_as_it_was_written(duration: Duration) -> None:
    assert parse_duration(str(duration)) == duration


@given(durations, moments)
def test_never_lies_after_the_moment_and_keeps_its_time_zone(duration: Duration, moment: datetime) -> None:
    before = duration.before(moment)
    assert before <= moment
    assert before.tzinfo is UTC


@given(durations, durations, moments)
def test_a_longer_duration_never_lies_later(one: Duration, other: Duration, moment: datetime) -> None:
    longer = Duration(months=one.months + other.months, hours=one.hours + other.hours)
    assert longer.before(moment) <= one.before(moment)


@given(st.text("0123456789mwdh +-yd\u0667\n", max_size=8) | st.text(max_size=8))
def test_any_text_is_a_duration_or_is_refused_by_name(text: str) -> None:
    if re.fullmatch(r"(\d{1,4}m)?(\d{1,4}w)?(\d{1,4}d)?(\d{1,4}h)?", text.strip(), re.ASCII) and text.strip():
        assert parse_duration(text) == parse_duration(text.strip())
    else:
        with pytest.raises(InvalidInputError) as refusal:
            parse_duration(text, "ScanExpiryDuration")
        assert (refusal.value.name, refusal.value.value) == ("ScanExpiryDuration", text)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("90d", (2026, 5, 1, 12)),
        ("36h", (2026, 2, 2, 0)),
        ("1m", (2026, 2, 28, 12)),
        ("11m", (2026, 12, 31, 12)),
        ("25m1w", (2028, 3, 7, 12)),
    ],
)
def test_counts_ahead_from_a_moment(text: str, after: tuple[int, int, int, int]) -> None:
    year, month, day, hour = after
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert parse_duration(text).after(moment) == datetime(year, month, day, hour, tzinfo=UTC)
