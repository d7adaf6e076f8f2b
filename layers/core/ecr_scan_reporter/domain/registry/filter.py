"""Which repositories are looked at."""

import re
from re import Pattern

from ecr_scan_reporter.errors import InvalidInputError

ALLOWED = "a Python regular expression, for example 'team/.*'"


def compile_filter(expression: str, name: str = "the repository filter") -> Pattern[str]:
    """Compile the filter; raise InvalidInputError that names `name` when it is not a regular expression."""
    try:
        return re.compile(expression)
    except re.error as error:
        raise InvalidInputError(name, expression, f"{ALLOWED} ({error})") from error


def is_selected(repository: str, expression: Pattern[str]) -> bool:
    """Match from the start of the name, and not necessarily to its end (`re.match`)."""
    return expression.match(repository) is not None
