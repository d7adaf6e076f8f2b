"""Values that people and other systems give, checked, with errors that name them."""

from ecr_scan_reporter.errors import InvalidInputError


def given_text(value: object, name: str) -> str:
    """Return a text that is not empty; raise InvalidInputError that calls the value by `name`."""
    if not isinstance(value, str) or not value:
        raise InvalidInputError(name, value, "a text that is not empty")
    return value
