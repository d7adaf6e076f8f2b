"""The event of a schedule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ecr_scan_reporter.domain.event_fields import id_of, time_of


@dataclass(frozen=True, slots=True)
class Occasion:
    """The event for which something is done: without an id and a time when somebody asks for it by hand."""

    id: str = ""
    at: datetime | None = None


def parse_occasion(event: object) -> Occasion:
    """Read the event of a schedule; what has no time is a manual invocation. Raises InvalidInputError."""
    if not isinstance(event, Mapping):
        return Occasion()
    return Occasion(id_of(event), time_of(event) if "time" in event else None)
