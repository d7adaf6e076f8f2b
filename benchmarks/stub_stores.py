"""The stores of the reporter in the stub's AWS: a bucket, tables with one key, and a topic."""

from collections import defaultdict
from itertools import count
from typing import Any

from benchmarks.stub_http import Answer, ok, refusal

S3_SECONDS, SNS_SECONDS, DYNAMODB_SECONDS = 0.020, 0.040, 0.005
LATENCY = {
    "GetObject": S3_SECONDS,
    "PutObject": S3_SECONDS,
    "Publish": SNS_SECONDS,
    "Scan": DYNAMODB_SECONDS,
}
_NO_SUCH_KEY = b"<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"
_PUBLISHED = "<PublishResponse><PublishResult><MessageId>{}</MessageId></PublishResult></PublishResponse>"


class StubStores:
    """Stores objects by key, items by table and id, and the published messages."""

    def __init__(self) -> None:
        self.published: list[str] = []
        self.items: dict[str, dict[str, Any]] = defaultdict(dict)
        self._objects: dict[str, bytes] = {}
        self._numbers = count(1)
        self.handlers = {name: getattr(self, f"_{name}") for name in LATENCY}

    def put(self, call: dict[str, Any]) -> Answer:
        """Store an item by its id; refuse an existing one, as the condition of the idempotency does."""
        table, key = self.items[call["TableName"]], call["Item"]["id"]["S"]
        if key in table:
            return refusal("ConditionalCheckFailedException")
        table[key] = call["Item"]
        return ok({})

    def update(self, call: dict[str, Any]) -> Answer:
        """Store the result that the idempotency writes after a call."""
        self.items[call["TableName"]][call["Key"]["id"]["S"]] |= {"status": {"S": "COMPLETED"}}
        return ok({})

    def _GetObject(self, call: dict[str, Any]) -> Answer:  # noqa: N802 - the API's own name, as below
        found = self._objects.get(call["path"])
        return (200, found) if found is not None else (404, _NO_SUCH_KEY)

    def _PutObject(self, call: dict[str, Any]) -> Answer:  # noqa: N802
        self._objects[call["path"]] = call["body"]
        return 200, b""

    def _Publish(self, call: dict[str, Any]) -> Answer:  # noqa: N802
        self.published.append(call["Message"])
        return 200, _PUBLISHED.format(next(self._numbers)).encode()

    def _Scan(self, call: dict[str, Any]) -> Answer:  # noqa: N802
        return ok({"Items": list(self.items[call["TableName"]].values())})
