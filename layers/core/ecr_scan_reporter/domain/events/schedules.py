"""The trigger of a scheduled function: the event of its schedule, or a manual invocation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ecr_scan_reporter.domain.events.fields import id_of, time_of
from ecr_scan_reporter.domain.events.invocations import check_keys, is_event
from ecr_scan_reporter.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Trigger:
    """The event of a schedule; a manual invocation has neither id nor time."""

    id: str = ""
    at: datetime | None = None


def parse_trigger(event: object, now: datetime) -> Trigger:
    """Read the event of a schedule, or the empty one of a manual invocation. Raises InvalidInputError."""
    if event is None:
        return Trigger()
    if not isinstance(event, Mapping):
        raise InvalidInputError("the event", event, "the event of a schedule, or {} to run now")
    check_keys(event, overrides=())
    if not is_event(event):
        return Trigger()
    return Trigger(id_of(event), time_of(event, now) if "time" in event else None)
