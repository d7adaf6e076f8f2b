"""The client of the ledger table, for the writers of results and the reader of the whole table."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ecr_scan_reporter.aws.batches import retry_undone
from ecr_scan_reporter.aws.ledger.items import read_item
from ecr_scan_reporter.aws.ledger.keys import Key
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.domain.chunks import chunks
from ecr_scan_reporter.errors import CallFailedError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Read = TypeVar("Read")
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
MAX_READS = 100
ATTEMPTS = 10
utc_now = partial(datetime.now, UTC)


class LedgerTable:
    """One ledger table. `on_problem` gets a sentence about each wrong item that is skipped."""

    def __init__(
        self,
        client: "DynamoDBClient",
        caller: Caller,
        table: str,
        on_problem: Callable[[str], object] = str,
        clock: Callable[[], datetime] = utc_now,
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

    def _items_of(self, keys: Iterable[Key], **projection: Any) -> Iterator[Mapping[str, Any]]:
        """Yield the items with these keys, in any order."""
        for batch in chunks(keys, MAX_READS):
            request = {"Keys": batch, **projection}
            for response in self._whole_batch(self._client.batch_get_item, "UnprocessedKeys", request):
                yield from response["Responses"].get(self._table, ())

    def _whole_batch(self, operation: Any, unprocessed: str, request: object) -> list[Mapping[str, Any]]:
        """Call a batch operation until DynamoDB has processed all of it; return its responses."""
        whole: Mapping[str, Any] = {self._table: request}
        responses: list[Mapping[str, Any]] = []

        def attempt(batch: Mapping[str, Any]) -> Mapping[str, Any]:
            responses.append(self._caller(operation, RequestItems=batch))
            remaining: Mapping[str, Any] = responses[-1].get(unprocessed, {})
            return remaining

        if retry_undone(self._caller, operation, whole, attempt, ATTEMPTS):
            raise CallFailedError(operation.__name__, unprocessed, f"DynamoDB left a part unprocessed {ATTEMPTS} times")
        return responses
