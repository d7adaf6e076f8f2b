"""Checks of values that people and other systems give."""

from ecr_scan_reporter.errors import InvalidInputError


def given_text(value: object, name: str) -> str:
    """Return `value` when it is a text that is not empty. Raises InvalidInputError, which calls it by `name`."""
    if not isinstance(value, str) or not value:
        raise InvalidInputError(name, value, "a text that is not empty")
    return value
