"""The event of an invocation that is no job and no scan: that of a schedule, or what a person sends by hand."""

from collections.abc import Collection, Mapping

from ecr_scan_reporter.errors import InvalidInputError

# https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
_EVENT_KEYS = frozenset({"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"})


def check_keys(event: Mapping[str, object], overrides: Collection[str]) -> None:
    """Refuse a key that nothing reads: a misspelt override must not start a run without it.

    EventBridge's own keys are allowed in an event of EventBridge alone. Raises InvalidInputError.
    """
    allowed = {*overrides, *(_EVENT_KEYS if is_event(event) else ())}
    for key in event:
        if key not in allowed:
            raise InvalidInputError("a key of the event", key, _allowed(str(key), sorted(overrides)))


def is_event(event: Mapping[str, object]) -> bool:
    """True for an event of EventBridge, which always says of which type it is and where it comes from."""
    return {"detail-type", "source"} <= event.keys()


def _allowed(key: str, overrides: list[str]) -> str:
    if not overrides:
        return "none, in an invocation by hand"
    # Only here: no function is to pay at its cold start for a mistake that nobody makes.
    from difflib import get_close_matches

    names = {name.lower(): name for name in overrides}
    nearest = get_close_matches(key.lower(), names, n=1)
    hint = f"; the nearest is {names[nearest[0]]}" if nearest else ""
    return f"one of {', '.join(overrides)}{hint}"
