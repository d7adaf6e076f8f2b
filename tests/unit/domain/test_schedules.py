from datetime import UTC, datetime
from typing import Any

import pytest

from ecr_scan_reporter.domain.schedules import Occasion, parse_occasion
from ecr_scan_reporter.errors import InvalidInputError
from tests.recorded_events import load_event


def test_the_event_of_a_schedule_has_an_id_and_a_time() -> None:
    at = datetime(2026, 1, 31, 4, 0, tzinfo=UTC)
    assert parse_occasion(load_event("scheduled")) == Occasion("53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", at)


@pytest.mark.parametrize("event", [{}, None, [], "now"])
def test_what_is_no_event_is_a_manual_invocation(event: Any) -> None:
    assert parse_occasion(event) == Occasion()


@pytest.mark.parametrize("time", ["yesterday", 7, "2026-01-31T04:00:00"])
def test_a_time_that_is_none_is_refused(time: object) -> None:
    with pytest.raises(InvalidInputError, match=r"^time of the event is "):
        parse_occasion({"id": "1", "time": time})
