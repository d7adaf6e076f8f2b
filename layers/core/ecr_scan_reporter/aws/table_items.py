"""Read the items of a DynamoDB table, page by page."""

from collections.abc import Iterator, Mapping
from typing import Any

from ecr_scan_reporter.aws.retries import Caller


def table_items(
    caller: Caller, operation: Any, *, first_page: int | None = None, **parameters: Any
) -> Iterator[Mapping[str, Any]]:
    """Yield all items that a Query or a Scan finds; those of a partition in the order of their sort key.

    `first_page` is how many items are read at first, where that should take little memory.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
    """
    limit = {"Limit": first_page} if first_page else {}
    while True:
        page = caller(operation, **parameters, **limit)
        limit = {}
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]
