"""The event of a schedule or of a manual invocation."""

from collections.abc import Collection, Mapping

from ecr_scan_reporter.errors import InvalidInputError

# https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
_EVENT_KEYS = frozenset({"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"})

TEST_REPORT = "testReport"


def check_keys(event: Mapping[str, object], overrides: Collection[str]) -> None:
    """Raise InvalidInputError for an unknown key: a misspelt override must not start a run without it.

    The keys of EventBridge are known only in an event of EventBridge.
    """
    allowed = {*overrides, *(_EVENT_KEYS if is_event(event) else ())}
    for key in event:
        if key not in allowed:
            raise InvalidInputError("a key of the event", key, _allowed(str(key), sorted(overrides)))


def asks_for_test_report(event: object) -> bool:
    """True for the invocation `{"testReport": true}` of reporter. Raises InvalidInputError for one that is like it."""
    if not isinstance(event, Mapping) or TEST_REPORT not in event:
        return False
    check_keys(event, {TEST_REPORT})
    if event[TEST_REPORT] is not True:
        raise InvalidInputError(f"{TEST_REPORT} of the event", event[TEST_REPORT], "true")
    return True


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
