from datetime import UTC, datetime
from typing import Any

import pytest

from ecr_scan_reporter.domain.events.schedules import Trigger, parse_trigger
from ecr_scan_reporter.errors import InvalidInputError
from tests.recorded_events import load_event
from tests.unit.samples import NOW

FROM_EVENTBRIDGE = {"source": "aws.events", "detail-type": "Scheduled Event"}


@pytest.mark.parametrize(
    ("name", "trigger"),
    [
        ("scheduled", Trigger("53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", datetime(2026, 1, 31, 4, 0, tzinfo=UTC))),
        (
            "inventory_scheduled",
            Trigger("5b8f1d0c-6e1d-4c52-9d1f-0f4a7c1f7e63", datetime(2026, 1, 31, 4, 30, tzinfo=UTC)),
        ),
    ],
)
def test_the_event_of_a_schedule_has_an_id_and_a_time(name: str, trigger: Trigger) -> None:
    assert parse_trigger(load_event(name), NOW) == trigger


@pytest.mark.parametrize("event", [{}, None])
def test_an_empty_event_is_a_manual_invocation(event: Any) -> None:
    assert parse_trigger(event, NOW) == Trigger()


@pytest.mark.parametrize("event", [[], "now", 7])
def test_an_event_that_is_no_object_is_refused(event: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"^the event is "):
        parse_trigger(event, NOW)


@pytest.mark.parametrize("key", ["dryRun", "time", "id"])
def test_a_manual_invocation_has_no_keys(key: str) -> None:
    with pytest.raises(InvalidInputError, match=rf"^a key of the event is '{key}': allowed is none"):
        parse_trigger({key: "2026-01-31T04:00:00Z"}, NOW)


@pytest.mark.parametrize(
    "time", ["yesterday", 7, "2026-01-31T04:00:00", "2026-02-02T12:00:00Z", "0001-01-01T00:00:00Z"]
)
def test_a_time_that_is_none_is_refused(time: object) -> None:
    with pytest.raises(InvalidInputError, match=r"^time of the event is "):
        parse_trigger({"id": "1", "time": time, **FROM_EVENTBRIDGE}, NOW)
