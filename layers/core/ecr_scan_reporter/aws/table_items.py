"""Pages of DynamoDB items."""

from collections.abc import Iterator, Mapping
from typing import Any

from ecr_scan_reporter.aws.retries import Caller


def table_items(
    caller: Caller, operation: Any, *, first_page: int | None = None, **parameters: Any
) -> Iterator[Mapping[str, Any]]:
    """Yield all items of a Query or a Scan; those of a partition in the order of their sort key.

    `first_page` limits the items of the first page, to save memory. Raises CallFailedError.
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
