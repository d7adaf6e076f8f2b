"""A ledger table in moto."""

from typing import Any


class Dynamo:
    """A client of a ledger table in moto; `shortened` answers leave a part undone, as a busy table does."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.shortened = 0
        self.calls: list[str] = []
        client.create_table(
            TableName="ledger",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "repository", "AttributeType": "S"},
                {"AttributeName": "record", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "repository", "KeyType": "HASH"},
                {"AttributeName": "record", "KeyType": "RANGE"},
            ],
        )

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self.client, name)

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> Any:  # noqa: N803
        self.calls.append("batch_write_item")
        assert len(RequestItems["ledger"]) <= 25
        if not self.shortened:
            return self.client.batch_write_item(RequestItems=RequestItems)
        self.shortened -= 1
        first, *rest = RequestItems["ledger"]
        self.client.batch_write_item(RequestItems={"ledger": [first]})
        return {"UnprocessedItems": {"ledger": rest}}

    def batch_get_item(self, RequestItems: dict[str, dict[str, Any]]) -> Any:  # noqa: N803
        self.calls.append("batch_get_item")
        request = RequestItems["ledger"]
        assert len(request["Keys"]) <= 100
        if not self.shortened:
            return self.client.batch_get_item(RequestItems=RequestItems)
        self.shortened -= 1
        first, *rest = request["Keys"]
        answer = self.client.batch_get_item(RequestItems={"ledger": request | {"Keys": [first]}})
        return answer | {"UnprocessedKeys": {"ledger": request | {"Keys": rest}}}

    def items(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.client.scan(TableName="ledger")["Items"]
        return items
