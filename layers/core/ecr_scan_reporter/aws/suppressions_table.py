"""The suppressions: a DynamoDB table with one item for each.

The key is `id`. The attributes are texts with the names of the YAML file. Without a TTL, an expired suppression stays
visible.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.table_items import table_items
from ecr_scan_reporter.domain.suppressions.fields import parse_suppression, suppression_fields
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# For items that people wrote by hand, without author and time.
UNKNOWN_AUTHOR, UNKNOWN_MOMENT = "unknown", datetime(1970, 1, 1, tzinfo=UTC)


class SuppressionsTable:
    """Reads and writes the suppressions of one table.

    `on_problem` gets a sentence about each wrong item that is skipped.
    """

    def __init__(
        self, client: "DynamoDBClient", caller: Caller, table: str, on_problem: Callable[[str], object] | None = None
    ) -> None:
        self._client = client
        self._caller = caller
        self._table = table
        self._on_problem = on_problem

    def all(self) -> list[Suppression]:
        """Return all suppressions, by id. A wrong item suppresses nothing. Raises CallFailedError."""
        suppressions = []
        for item in table_items(self._caller, self._client.scan, TableName=self._table, ConsistentRead=True):
            try:
                suppressions.append(_parse(item))
            except InvalidInputError as error:
                if self._on_problem:
                    self._on_problem(str(error))
        return sorted(suppressions, key=lambda suppression: suppression.id)

    def save(self, suppression: Suppression) -> bool:
        """Write a suppression; return whether it replaced one with its id. Raises CallFailedError."""
        item = _item(suppression)
        response = self._caller(self._client.put_item, TableName=self._table, Item=item, ReturnValues="ALL_OLD")
        return bool(response.get("Attributes"))

    def add(self, suppression: Suppression) -> bool:
        """Write a suppression; return False when its id is taken. Raises CallFailedError."""
        try:
            self._caller(
                self._client.put_item,
                TableName=self._table,
                Item=_item(suppression),
                ConditionExpression="attribute_not_exists(#id)",
                ExpressionAttributeNames={"#id": "id"},
            )
        except CallFailedError as error:
            if error.code == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def remove(self, suppression_id: str) -> bool:
        """Remove a suppression; return False when no suppression has this id. Raises CallFailedError."""
        key = {"id": {"S": suppression_id}}
        response = self._caller(self._client.delete_item, TableName=self._table, Key=key, ReturnValues="ALL_OLD")
        return bool(response.get("Attributes"))


def _item(suppression: Suppression) -> dict[str, Any]:
    return {key: {"S": value} for key, value in suppression_fields(suppression).items()}


def _parse(item: Mapping[str, Any]) -> Suppression:
    # Other values keep DynamoDB's form, so that the parser refuses them.
    fields = {key: value.get("S", value) for key, value in item.items()}
    return parse_suppression(fields, created_by=UNKNOWN_AUTHOR, created_at=UNKNOWN_MOMENT)
