"""Fields of EventBridge events. Each error names the key.

https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ecr_scan_reporter.domain.given import given_text
from ecr_scan_reporter.domain.moments import is_plausible
from ecr_scan_reporter.errors import InvalidInputError


def detail_of(event: Any, kind: str) -> Mapping[str, Any]:
    """Return the detail of an event. Raises InvalidInputError, which names `kind` as the expected event."""
    if not isinstance(event, Mapping):
        raise InvalidInputError("the event", event, f"an {kind} event of EventBridge")
    detail = event.get("detail")
    if not isinstance(detail, Mapping):
        raise InvalidInputError("detail of the event", detail, f"the detail of an {kind} event")
    return detail


def id_of(event: Mapping[str, Any]) -> str:
    """Return the id of an event, empty when it has none."""
    value = event.get("id")
    return value if isinstance(value, str) else ""


def texts_of(value: object) -> tuple[str, ...]:
    """Return the texts in a list; skips all else."""
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def text_of(fields: Mapping[str, Any], key: str) -> str:
    """Return a required text. Raises InvalidInputError."""
    return given_text(fields.get(key), f"{key} of the event")


def time_of(event: Mapping[str, Any], now: datetime) -> datetime:
    """Return the time of an event, in UTC. Raises InvalidInputError for one more than a day after `now`."""
    text = text_of(event, "time")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError("time of the event", text, "a moment such as 2026-01-31T12:00:00Z") from error
    if moment.tzinfo is None:
        raise InvalidInputError("time of the event", text, "a moment with its time zone, such as 2026-01-31T12:00:00Z")
    if not is_plausible(moment, now):
        raise InvalidInputError("time of the event", text, f"a moment from 1970 until a day after now, {now:%Y-%m-%d}")
    return moment.astimezone(UTC)


def read_json(text: object, name: str) -> Any:
    """Parse JSON. Raises InvalidInputError, which calls the text by `name`."""
    try:
        return json.loads(text)  # type: ignore[arg-type]
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(name, text, "a text in JSON, not nested too deep") from error
