"""The parameters of a query: each kind, right and wrong."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.web import parameters
from ecr_scan_reporter.web.parameters import CURSOR, LIMIT, Parameter, read_parameters
from ecr_scan_reporter.web.problems import InvalidRequestError
from tests.unit.web.world import NOW


class Colour(StrEnum):
    RED = "red"
    DARK_BLUE = "darkBlue"


TEXT = parameters.text("name", "")
BOOLEAN = parameters.boolean("name", "")
CHOICE = parameters.choice("name", "", Colour)
CHOICES = parameters.choice("name", "", Colour, is_list=True)
DURATION = parameters.duration("name", "")
DAY = parameters.day("name", "")
MOMENT = parameters.moment("name", "")


def read(parameter: Parameter, *values: str) -> Any:
    """Return what a parameter reads."""
    return read_parameters([parameter], [(parameter.name, value) for value in values])[parameter.name]


def read_or_refused(parameter: Parameter, value: str) -> Any:
    """Return what a parameter reads, or None where another one is named as wrong."""
    try:
        return read(parameter, value)
    except InvalidRequestError as error:
        return [fault.name for fault in error.faults] == [parameter.name] or None


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        (TEXT, "team/*", "team/*"),
        (TEXT, " ", " "),
        (TEXT, "x" * 512, "x" * 512),
        (BOOLEAN, "true", True),
        (BOOLEAN, "false", False),
        (CHOICE, "red", Colour.RED),
        (CHOICE, "RED", Colour.RED),
        (CHOICE, "darkBlue", Colour.DARK_BLUE),
        (CHOICE, "dark-blue", Colour.DARK_BLUE),
        (CHOICE, "DARK_BLUE", Colour.DARK_BLUE),
        (CHOICES, "red", (Colour.RED,)),
        (DURATION, "90d", parse_duration("90d")),
        (DAY, "2026-01-31", date(2026, 1, 31)),
        (LIMIT, "1", 1),
        (LIMIT, "1000", 1000),
        (CURSOR, "abc", "abc"),
    ],
)
def test_a_right_value(parameter: Parameter, value: str, expected: Any) -> None:
    assert read(parameter, value) == expected


@pytest.mark.parametrize(
    ("parameter", "value", "allowed"),
    [
        (TEXT, "", "1 to 512 characters"),
        (TEXT, "x" * 513, "1 to 512 characters"),
        (TEXT, "a\x00b", "UTF-8"),
        (TEXT, "\ud800", "UTF-8"),
        (BOOLEAN, "True", "true or false"),
        (BOOLEAN, "1", "true or false"),
        (BOOLEAN, "", "true or false"),
        (CHOICE, "green", "one of red, darkBlue"),
        (CHOICE, "", "one of red, darkBlue"),
        (DURATION, "90", "months, weeks, days and hours"),
        (DURATION, "-1d", "months, weeks, days and hours"),
        (DAY, "2026-02-30", "a day, such as 2026-01-31"),
        (DAY, "20260131", "a day, such as 2026-01-31"),
        (DAY, "2026-W05-6", "a day, such as 2026-01-31"),
        (MOMENT, "yesterday", "a duration back"),
        (MOMENT, "", "a duration back"),
        (MOMENT, "0001-01-01T00:00:00+14:00", "a duration back"),
        (LIMIT, "0", "from 1 to 1000"),
        (LIMIT, "1001", "from 1 to 1000"),
        (LIMIT, "-1", "from 1 to 1000"),
        (LIMIT, "1.0", "from 1 to 1000"),
        (LIMIT, "٣", "from 1 to 1000"),
        (LIMIT, "9" * 5000, "from 1 to 1000"),
    ],
)
def test_a_wrong_value_is_refused(parameter: Parameter, value: str, allowed: str) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        read(parameter, value)
    (fault,) = raised.value.faults
    assert (fault.name, fault.value) == (parameter.name, value)
    assert allowed in fault.allowed


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T10:00:00Z", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01T10:00:00+02:00", datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ("2026-11-01T10:00:00", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("7d", NOW - timedelta(days=7)),
    ],
)
def test_a_moment_may_be_a_day_a_moment_or_a_duration_back(value: str, expected: datetime) -> None:
    assert read(MOMENT, value)(NOW) == expected


def test_a_parameter_that_is_not_given_has_its_default() -> None:
    values = read_parameters([TEXT, LIMIT, parameters.choice("colours", "", Colour, is_list=True)], [])
    assert values == {"name": None, "limit": 100, "colours": ()}


def test_a_list_is_a_name_given_more_than_once_and_other_names_are_given_once() -> None:
    assert read(CHOICES, "red", "darkblue", "red") == (Colour.RED, Colour.DARK_BLUE, Colour.RED)
    with pytest.raises(InvalidRequestError, match="name is 'b': allowed is given once"):
        read(TEXT, "a", "b")


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(InvalidRequestError, match="parameter is 'Limit': allowed is one of limit, cursor"):
        read_parameters([LIMIT, CURSOR], [("Limit", "1")])
    with pytest.raises(InvalidRequestError, match="this address has no parameters"):
        read_parameters([], [("x", "")])


@given(
    st.sampled_from([TEXT, BOOLEAN, CHOICE, CHOICES, DURATION, DAY, MOMENT, LIMIT]),
    st.text() | st.from_regex(r"[0-9mwdhTZ:+.-]*"),
)
def test_whatever_is_sent_is_read_or_refused_by_name(parameter: Parameter, value: str) -> None:
    assert read_or_refused(parameter, value) is not None
