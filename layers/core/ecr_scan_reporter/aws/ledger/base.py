"""The client of the ledger table, for the writers of results and the reader of the whole table."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ecr_scan_reporter.aws.ledger.items import read_item
from ecr_scan_reporter.aws.ledger.keys import Key
from ecr_scan_reporter.aws.retries import Caller

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Read = TypeVar("Read")
_now = partial(datetime.now, UTC)


class LedgerTable:
    """One ledger table. `on_problem` gets a sentence about each wrong item that is skipped."""

    def __init__(
        self,
        client: "DynamoDBClient",
        caller: Caller,
        table: str,
        on_problem: Callable[[str], object] = str,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._client = client
        self._caller = caller
        self._table = table
        self._on_problem = on_problem
        self._clock = clock

    def _get_item(self, key: Key) -> Mapping[str, Any]:
        """Return an item, empty when there is none."""
        response = self._caller(self._client.get_item, TableName=self._table, Key=key, ConsistentRead=True)
        item: Mapping[str, Any] = response.get("Item", {})
        return item

    def _put_item(self, item: Mapping[str, Any]) -> None:
        self._caller(self._client.put_item, TableName=self._table, Item=item)

    def _read(
        self, read: Callable[[Mapping[str, Any]], Read], item: Mapping[str, Any], repository: str = ""
    ) -> Read | None:
        """Return what `read` makes of an item, None when the item is wrong."""
        return read_item(read, item, self._on_problem, repository)
