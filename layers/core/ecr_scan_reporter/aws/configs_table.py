"""The scan configurations: a DynamoDB table with one item for each.

The key is `id`. The attributes are those of the JSON object: texts, and `tags` as a list of texts.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.table_items import table_items
from ecr_scan_reporter.domain.configs.configs import ScanConfig, in_order
from ecr_scan_reporter.domain.configs.fields import config_document, parse_stored_config
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_REFUSED = "ConditionalCheckFailedException"


class ConfigsTable:
    """Reads and writes the scan configurations of one table.

    `on_problem` gets a sentence about each wrong item that is skipped.
    """

    def __init__(
        self, client: "DynamoDBClient", caller: Caller, table: str, on_problem: Callable[[str], object] | None = None
    ) -> None:
        self._client = client
        self._caller = caller
        self._table = table
        self._on_problem = on_problem

    def all(self) -> list[ScanConfig]:
        """Return all configurations, the oldest first. A wrong item names nothing. Raises CallFailedError."""
        items = table_items(self._caller, self._client.scan, TableName=self._table, ConsistentRead=True)
        return in_order([config for item in items if (config := self._parsed(item))])

    def get(self, config_id: str) -> ScanConfig | None:
        """Return the configuration with this id, None where there is none, or a wrong item. Raises CallFailedError."""
        response = self._caller(
            self._client.get_item, TableName=self._table, Key={"id": {"S": config_id}}, ConsistentRead=True
        )
        item = response.get("Item")
        return self._parsed(item) if item else None

    def add(self, config: ScanConfig) -> bool:
        """Write a configuration; return False when its id is taken. Raises CallFailedError."""
        return self._put_where("attribute_not_exists(#id)", config)

    def replace(self, config: ScanConfig) -> bool:
        """Write a configuration over the one with its id; return False when there is none. Raises CallFailedError."""
        return self._put_where("attribute_exists(#id)", config)

    def remove(self, config_id: str) -> bool:
        """Remove a configuration; return False when none has this id. Raises CallFailedError."""
        key = {"id": {"S": config_id}}
        response = self._caller(self._client.delete_item, TableName=self._table, Key=key, ReturnValues="ALL_OLD")
        return bool(response.get("Attributes"))

    def _put_where(self, condition: str, config: ScanConfig) -> bool:
        try:
            self._caller(
                self._client.put_item,
                TableName=self._table,
                Item=_item(config),
                ConditionExpression=condition,
                ExpressionAttributeNames={"#id": "id"},
            )
        except CallFailedError as error:
            if error.code == _REFUSED:
                return False
            raise
        return True

    def _parsed(self, item: Mapping[str, Any]) -> ScanConfig | None:
        try:
            return parse_stored_config({key: _plain(value) for key, value in item.items()})
        except InvalidInputError as error:
            if self._on_problem:
                self._on_problem(str(error))
            return None


def _item(config: ScanConfig) -> dict[str, Any]:
    return {key: _attribute(value) for key, value in config_document(config).items() if value is not None}


def _attribute(value: Any) -> dict[str, Any]:
    return {"L": [{"S": entry} for entry in value]} if isinstance(value, list) else {"S": value}


def _plain(value: Mapping[str, Any]) -> Any:
    # Other values keep DynamoDB's form, so that the parser refuses them.
    if "NULL" in value:
        return None
    if "L" in value:
        return [entry.get("S", entry) for entry in value["L"]]
    return value.get("S", value)
