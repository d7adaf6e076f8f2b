"""The event of a schedule or of a manual invocation."""

from collections.abc import Collection, Mapping

from ecr_scan_reporter.errors import InvalidInputError

# https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
_EVENT_KEYS = frozenset({"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"})


def check_keys(event: Mapping[str, object], overrides: Collection[str]) -> None:
    """Raise InvalidInputError for an unknown key: a misspelt override must not start a run without it.

    The keys of EventBridge are known only in an event of EventBridge.
    """
    allowed = {*overrides, *(_EVENT_KEYS if is_event(event) else ())}
    for key in event:
        if key not in allowed:
            raise InvalidInputError("a key of the event", key, _allowed(str(key), sorted(overrides)))


def is_event(event: Mapping[str, object]) -> bool:
    """Return whether this is an event of EventBridge, which always has a type and a source."""
    return {"detail-type", "source"} <= event.keys()


def _allowed(key: str, overrides: list[str]) -> str:
    if not overrides:
        return "none, in a manual invocation"
    # Imported here: a cold start must not pay for a rare mistake.
    from difflib import get_close_matches

    names = {name.lower(): name for name in overrides}
    nearest = get_close_matches(key.lower(), names, n=1)
    hint = f"; the nearest is {names[nearest[0]]}" if nearest else ""
    return f"one of {', '.join(overrides)}{hint}"
