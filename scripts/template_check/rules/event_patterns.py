"""EventBridge's patterns: valid, and matching the events recorded in events/."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.template_check.intrinsics import ACCOUNT
from scripts.template_check.problems import Finding, rule
from scripts.template_check.source import ROOT
from scripts.template_check.stacks import Stack

_PAGE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html"
# The recorded event, and the condition under which a rule must match it ("" is always).
RECORDED = {
    "scan_complete": "",
    "scan_failed": "",
    "image_deleted": "",
    "inspector_scan": "",
    "inspector_finding": "HasInspectorFindings",
}
# Fields of every event: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
_FIELDS = {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}


@rule(_PAGE)
def patterns_are_valid(stack: Stack) -> Iterator[Finding]:
    """A pattern's leaves are lists of values, or of known operators: prefix, exists, anything-but."""
    for name, pattern in _patterns(stack).items():
        for text in _faults(pattern, ""):
            yield name, text
        for field in pattern.keys() - _FIELDS:
            yield name, f"asks for {field}, which no event has"


@rule(_PAGE)
def patterns_match_the_recorded_events(stack: Stack) -> Iterator[Finding]:
    """Exactly one rule matches each recorded event of an image, and none matches other events."""
    patterns = _patterns(stack)
    for recorded, condition in RECORDED.items():
        event = _event(recorded, stack)
        expected = 1 if not condition or stack.conditions[condition] else 0
        matching = [name for name, pattern in patterns.items() if matches(pattern, event)]
        if len(matching) != expected:
            yield "rules", f"{len(matching)} match events/{recorded}.json, {expected} should: {', '.join(matching)}"
        other = event | {"resources": ["i-0123456789abcdef0"]}
        if event["source"] == "aws.inspector2":
            for name in [name for name, pattern in patterns.items() if matches(pattern, other)]:
                yield name, f"matches events/{recorded}.json of an instance too"


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Return whether a pattern matches an event."""
    return all(_field_matches(wanted, event.get(key), key in event) for key, wanted in pattern.items())


def _field_matches(wanted: Any, value: Any, is_there: bool) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(value, Mapping) and matches(wanted, value)
    values = value if isinstance(value, list) else [value]
    return any(_allows(one, given, is_there) for one in wanted for given in values)


def _allows(one: Any, value: Any, is_there: bool) -> bool:
    if not isinstance(one, Mapping):
        return is_there and bool(one == value)
    ((operator, operand),) = one.items()
    if operator == "exists":
        return bool(operand) == is_there
    if operator == "prefix":
        return isinstance(value, str) and value.startswith(operand)
    return is_there and value not in (operand if isinstance(operand, list) else [operand])


def _faults(pattern: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, wanted in pattern.items():
        if isinstance(wanted, Mapping):
            yield from _faults(wanted, f"{path}{key}.")
        elif not isinstance(wanted, list) or not wanted:
            yield f"{path}{key} is no list of values"
        else:
            yield from (
                f"{path}{key} has {one!r}, which is no value or operator" for one in wanted if not _is_valid(one)
            )


def _is_valid(one: Any) -> bool:
    if not isinstance(one, Mapping):
        return one is None or isinstance(one, str | int | float)
    return len(one) == 1 and any(
        isinstance(one.get(operator), kind)
        for operator, kind in (("prefix", str), ("exists", bool), ("anything-but", str | list))
    )


def _patterns(stack: Stack) -> dict[str, dict[str, Any]]:
    rules = stack.of_type("AWS::Events::Rule")
    return {name: properties["EventPattern"] for name, properties in rules.items() if "EventPattern" in properties}


def _event(name: str, stack: Stack) -> dict[str, Any]:
    text = (ROOT / "events" / f"{name}.json").read_text(encoding="utf-8")
    event: dict[str, Any] = json.loads(text.replace("arn:aws:", f"arn:{stack.partition.name}:"))
    return event | {"account": ACCOUNT}
