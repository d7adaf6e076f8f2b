"""Values of the ledger items, as DynamoDB types them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ecr_scan_reporter.domain.moments import is_plausible

Item = dict[str, Any]
Counts = Mapping[Any, int]


def seconds(at: datetime) -> dict[str, str]:
    """Write a moment as seconds since 1970, the unit of DynamoDB's TTL."""
    return {"N": str(int(at.timestamp()))}


def moment(value: Mapping[str, str] | None) -> datetime | None:
    """Read a moment."""
    return datetime.fromtimestamp(float(value["N"]), UTC) if value else None


def past_moment(value: Mapping[str, str] | None, now: datetime) -> datetime | None:
    """Read a moment in the past. Raises ValueError when it is more than a day ahead, or before 1970."""
    at = moment(value)
    if at and not is_plausible(at, now):
        raise ValueError(f"{at:%Y-%m-%d} is before 1970 or in the future")
    return at


def number(value: int) -> dict[str, str]:
    """Write a number."""
    return {"N": str(value)}


def counts_value(counts: Counts) -> Item:
    """Write a number for each member of an enumeration, by its value."""
    return {"M": {name: number(count) for name, count in sorted((member.value, n) for member, n in counts.items())}}


def text(item: Mapping[str, Any], name: str) -> str:
    """Read a text, empty where there is none."""
    return str(item.get(name, {}).get("S", ""))


def texts_value(**texts: str) -> Item:
    """Write the texts that are not empty, by name."""
    return {name: {"S": value} for name, value in texts.items() if value}


def lists_value(**lists: tuple[str, ...]) -> Item:
    """Write the lists of texts that are not empty, by name."""
    return {name: {"L": [{"S": value} for value in values]} for name, values in lists.items() if values}
