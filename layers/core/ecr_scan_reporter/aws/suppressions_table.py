"""The suppressions: a DynamoDB table with an item for each rule.

The key is `id`; the attributes are texts, named as the keys of the YAML file. There is no TTL: a rule that has ended is
still to be seen.
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

# For items that somebody wrote by hand, without saying who and when.
UNKNOWN_MAKER, UNKNOWN_MOMENT = "unknown", datetime(1970, 1, 1, tzinfo=UTC)


class SuppressionsTable:
    """Reads and writes the rules of one table. `on_problem` is told, in words, of each item that is no rule."""

    def __init__(
        self, client: "DynamoDBClient", caller: Caller, table: str, on_problem: Callable[[str], object] | None = None
    ) -> None:
        self._client = client
        self._caller = caller
        self._table = table
        self._on_problem = on_problem

    def rules(self) -> list[Suppression]:
        """Return all rules, by id; an item that is none hides nothing. Raises CallFailedError."""
        rules = []
        for item in table_items(self._caller, self._client.scan, TableName=self._table, ConsistentRead=True):
            try:
                rules.append(_parse(item))
            except InvalidInputError as error:
                if self._on_problem:
                    self._on_problem(str(error))
        return sorted(rules, key=lambda rule: rule.id)

    def save(self, rule: Suppression) -> None:
        """Write a rule, over the one with its id. Raises CallFailedError."""
        self._caller(self._client.put_item, TableName=self._table, Item=_item(rule))

    def add(self, rule: Suppression) -> bool:
        """Write a rule; return False when there is one with its id. Raises CallFailedError."""
        try:
            self._caller(
                self._client.put_item,
                TableName=self._table,
                Item=_item(rule),
                ConditionExpression="attribute_not_exists(#id)",
                ExpressionAttributeNames={"#id": "id"},
            )
        except CallFailedError as error:
            if error.code == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def remove(self, rule_id: str) -> bool:
        """Remove a rule; return False when there is none with this id. Raises CallFailedError."""
        key = {"id": {"S": rule_id}}
        answer = self._caller(self._client.delete_item, TableName=self._table, Key=key, ReturnValues="ALL_OLD")
        return bool(answer.get("Attributes"))


def _item(rule: Suppression) -> dict[str, Any]:
    return {key: {"S": value} for key, value in suppression_fields(rule).items()}


def _parse(item: Mapping[str, Any]) -> Suppression:
    # What is no text is left as DynamoDB gives it, which is no rule's value.
    fields = {key: value.get("S", value) for key, value in item.items()}
    return parse_suppression(fields, created_by=UNKNOWN_MAKER, created_at=UNKNOWN_MOMENT)
