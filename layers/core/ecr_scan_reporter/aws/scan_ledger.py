"""The scan ledger: what is known of the last scan of each image digest, in a DynamoDB table.

A partition is a repository of a registry. A digest has up to two small items in it: what the images scanner knows
(`<digest>#scanner`) and what the reporter knows (`<digest>#reporter`). So the scanner can write its own in batches, which
DynamoDB does not let anybody make conditional, and never overwrites a newer result of the reporter.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.calls import Caller
from ecr_scan_reporter.domain.images import Repository
from ecr_scan_reporter.domain.scan_status import LastScan, ScanStatus, latest
from ecr_scan_reporter.domain.severities import SeverityCounts
from ecr_scan_reporter.errors import CallFailedError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# An image that is not scanned any more is forgotten after this; a wrong guess costs one call.
REMEMBERED = timedelta(days=180)
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html (and BatchGetItem: 100)
MOST_WRITES = 25
MOST_READS = 100
ATTEMPTS = 10
SCANNER, REPORTER = "scanner", "reporter"
_PROJECTION = "#record, #status, scannedAt, triedAt"
_NAMES = {"#record": "record", "#status": "status"}


class ScanLedger:
    """Reads and writes the ledger table."""

    def __init__(self, client: "DynamoDBClient", caller: Caller, table: str) -> None:
        self._client = client
        self._caller = caller
        self._table = table

    def last_scans(self, repository: Repository, digests: Sequence[str] | None = None) -> dict[str, LastScan]:
        """Return what is known, by digest: of all images of a repository, or of `digests` alone."""
        known: dict[str, LastScan] = {}
        items = self._query(repository) if digests is None else self._get(repository, digests)
        for item in items:
            digest, _, _ = item["record"]["S"].rpartition("#")
            last = latest(known.get(digest), _read(item))
            if last:
                known[digest] = last
        return known

    def remember(self, repository: Repository, scans: Mapping[str, LastScan], now: datetime) -> None:
        """Write what the images scanner knows, by digest."""
        requests = [
            {"PutRequest": {"Item": _item(repository, digest, SCANNER, scan, now)}} for digest, scan in scans.items()
        ]
        for start in range(0, len(requests), MOST_WRITES):
            batch = {self._table: requests[start : start + MOST_WRITES]}
            for _ in self._batches(self._client.batch_write_item, "UnprocessedItems", batch):
                pass

    def record_result(
        self, repository: Repository, digest: str, scan: LastScan, counts: SeverityCounts, now: datetime
    ) -> bool:
        """Write what the reporter knows of a scan; return False when a newer one is there already."""
        item = _item(repository, digest, REPORTER, scan, now)
        item["counts"] = {"M": {severity.value: {"N": str(count)} for severity, count in counts.items()}}
        try:
            self._caller(
                self._client.put_item,
                TableName=self._table,
                Item=item,
                ConditionExpression="attribute_not_exists(scannedAt) OR scannedAt <= :scannedAt",
                ExpressionAttributeValues={":scannedAt": item.get("scannedAt", {"N": "0"})},
            )
        except CallFailedError as error:
            if error.code == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _query(self, repository: Repository) -> Iterator[Mapping[str, Any]]:
        parameters: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "#repository = :repository",
            "ExpressionAttributeNames": {**_NAMES, "#repository": "repository"},
            "ExpressionAttributeValues": {":repository": {"S": str(repository)}},
            "ProjectionExpression": _PROJECTION,
        }
        while True:
            page = self._caller(self._client.query, **parameters)
            yield from page["Items"]
            if not page.get("LastEvaluatedKey"):
                return
            parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _get(self, repository: Repository, digests: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        keys = [_key(repository, digest, writer) for digest in digests for writer in (SCANNER, REPORTER)]
        for start in range(0, len(keys), MOST_READS):
            request = {"Keys": keys[start : start + MOST_READS], "ProjectionExpression": _PROJECTION}
            batch: Any = {self._table: {**request, "ExpressionAttributeNames": _NAMES}}
            for answer in self._batches(self._client.batch_get_item, "UnprocessedKeys", batch):
                yield from answer["Responses"].get(self._table, ())

    def _batches(self, operation: Any, left: str, batch: Any) -> Iterator[Mapping[str, Any]]:
        """Call a batch operation until DynamoDB has done all of it."""
        for attempt in range(ATTEMPTS):
            answer = self._caller(operation, RequestItems=batch)
            yield answer
            batch = answer.get(left)
            if not batch:
                return
            self._caller.throttled(attempt)
        raise CallFailedError(operation.__name__, left, f"DynamoDB left a part undone {ATTEMPTS} times")


class NoLedger:
    """Stands in where there is no table: nothing is known and nothing is remembered, so ECR is asked image by image."""

    def last_scans(self, repository: Repository, digests: Sequence[str] | None = None) -> dict[str, LastScan]:
        """Return nothing."""
        return {}

    def remember(self, repository: Repository, scans: Mapping[str, LastScan], now: datetime) -> None:
        """Forget it."""


def _key(repository: Repository, digest: str, writer: str) -> dict[str, Any]:
    return {"repository": {"S": str(repository)}, "record": {"S": f"{digest}#{writer}"}}


def _item(repository: Repository, digest: str, writer: str, scan: LastScan, now: datetime) -> dict[str, Any]:
    item = _key(repository, digest, writer)
    item["status"] = {"S": scan.status.value}
    item["expiresAt"] = _seconds(now + REMEMBERED)
    if scan.scanned_at:
        item["scannedAt"] = _seconds(scan.scanned_at)
    if scan.tried_at:
        item["triedAt"] = _seconds(scan.tried_at)
    return item


def _read(item: Mapping[str, Any]) -> LastScan:
    return LastScan(
        status=ScanStatus.parse(item["status"]["S"]),
        scanned_at=_moment(item.get("scannedAt")),
        tried_at=_moment(item.get("triedAt")),
    )


def _seconds(moment: datetime) -> dict[str, str]:
    return {"N": str(int(moment.timestamp()))}


def _moment(value: Mapping[str, str] | None) -> datetime | None:
    return datetime.fromtimestamp(float(value["N"]), UTC) if value else None
