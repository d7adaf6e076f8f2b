"""Paging with maxResults and nextToken, which moto lacks."""

import base64
from collections.abc import Sequence
from typing import Any, TypeVar

from moto.ecr.exceptions import InvalidParameterException

Item = TypeVar("Item")
DEFAULT_PAGE_SIZE = 100


def page(items: Sequence[Item], max_results: int | None, token: str | None) -> tuple[Sequence[Item], dict[str, Any]]:
    """Return one page, and the nextToken field if there is another."""
    start = _position(token)
    end = start + (max_results or DEFAULT_PAGE_SIZE)
    more = {"nextToken": base64.b64encode(str(end).encode()).decode()} if end < len(items) else {}
    return items[start:end], more


def _position(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.b64decode(token))
    except ValueError as error:
        raise InvalidParameterException("Invalid parameter at 'nextToken' failed to satisfy constraint") from error
