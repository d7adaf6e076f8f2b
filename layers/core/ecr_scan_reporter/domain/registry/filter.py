"""The filter of repositories by name."""

import re
from re import Pattern

from ecr_scan_reporter.errors import InvalidInputError

ALLOWED = "a Python regular expression, for example 'team/.*'"


def compile_filter(expression: str, name: str = "the repository filter") -> Pattern[str]:
    """Compile a regular expression. Raises InvalidInputError, which calls the text by `name`."""
    try:
        return re.compile(expression)
    except re.error as error:
        raise InvalidInputError(name, expression, f"{ALLOWED} ({error})") from error


def is_selected(repository: str, expression: Pattern[str]) -> bool:
    """Return whether the expression matches from the start of the name (`re.match`)."""
    return expression.match(repository) is not None
