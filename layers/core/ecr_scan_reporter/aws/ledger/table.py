"""The scan ledger: what is known of the last scan of each image digest, in a DynamoDB table.

A partition is a repository of a registry. A digest has up to two small items in it: what the images scanner knows
(`<digest>#scanner`) and what the reporter knows (`<digest>#reporter`). So the scanner can write its own in batches,
which DynamoDB does not let anybody make conditional, and never overwrites a newer result of the reporter. What only the
digest reads lies beside them (`aws/ledger/contents.py`): each scan that changed something (`change#...`), and what the
images scanner saw of the whole repository (`coverage`). The partition of the registry itself holds what is true of all
its repositories: until when its quota is used up, and how much of the day's budget is spent.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial, reduce
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.batches import retry_undone
from ecr_scan_reporter.aws.ledger.items import (
    IMAGES,
    REPORTER,
    SCANNER,
    change_item,
    coverage_item,
    image_key,
    moment,
    newest_alone,
    read_item,
    read_scan,
    result_item,
    scan_item,
    seconds,
)
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.table_items import table_items
from ecr_scan_reporter.domain.chunks import chunks
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, latest
from ecr_scan_reporter.errors import CallFailedError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html (and BatchGetItem: 100)
MAX_WRITES = 25
MAX_READS = 100
# Many jobs read the first items of their repository at a time; the rest of a large one comes in pages of 1 MB.
FIRST_PAGE = 1_000
ATTEMPTS = 10
PAUSE = "pause"
DAY = timedelta(days=1)
_now = partial(datetime.now, UTC)
_PROJECTION = "#record, #status, scannedAt, triedAt, description"
_NAMES = {"#record": "record", "#status": "status"}


class ScanLedger:
    """Reads and writes the ledger table."""

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

    def last_scans(
        self, repository: Repository, digests: Sequence[str] | None = None
    ) -> Iterator[tuple[str, LastScan]]:
        """Yield what is known, by digest: of all images of a repository, or of `digests` alone."""
        if digests is None:
            items = self._query(repository)
        else:
            items = iter(sorted(self._get(repository, digests), key=_digest))
        scan = partial(read_scan, now=self._clock())
        read = partial(read_item, scan, on_problem=self._on_problem, repository=str(repository))
        for digest, of_digest in groupby(items, key=_digest):
            last = reduce(latest, map(read, of_digest), None)
            if last:
                yield digest, last

    def remember(self, repository: Repository, scans: Mapping[str, LastScan], now: datetime) -> None:
        """Write what the images scanner knows, by digest."""
        self._write(
            {"PutRequest": {"Item": scan_item(ImageId(repository, digest), scan, now)}}
            for digest, scan in scans.items()
        )

    def forget(self, repository: Repository, digests: Iterable[str]) -> None:
        """Delete all that is known of these images: they are gone."""
        self._write(
            {"DeleteRequest": {"Key": image_key(ImageId(repository, digest), writer)}}
            for digest in dict.fromkeys(digests)
            for writer in (SCANNER, REPORTER)
        )

    def record_coverage(self, coverage: RepositoryCoverage, now: datetime) -> None:
        """Write what the images scanner saw when it looked at all of a repository."""
        self._caller(self._client.put_item, TableName=self._table, Item=coverage_item(coverage, now))

    def paused_until(self, repository: Repository) -> datetime | None:
        """Return until when no scans are started in the repository's registry, None when they are."""
        return moment(self._of_registry(repository, PAUSE).get("until"))

    def pause(self, repository: Repository, until: datetime) -> None:
        """Start no scans in the repository's registry until then."""
        item = _registry_key(repository, PAUSE) | {"until": seconds(until), "expiresAt": seconds(until)}
        self._caller(self._client.put_item, TableName=self._table, Item=item)

    def spend(self, repository: Repository, wanted: int, budget: int, now: datetime) -> int:
        """Take up to `wanted` scans of the registry's budget of this day (UTC); return how many were left to take."""
        granted = min(wanted, budget)
        for _ in range(ATTEMPTS):
            # Mostly there is enough left, and one call does it.
            if granted <= 0 or self._add_spent(repository, granted, now, most=budget - granted):
                return max(granted, 0)
            spent = int(self._of_registry(repository, _day(now)).get("spent", {"N": "0"})["N"])
            granted = min(wanted, budget - spent)
        raise CallFailedError("spend", "Conflict", f"others took from the budget {ATTEMPTS} times in a row")

    def refund(self, repository: Repository, unused: int, now: datetime) -> None:
        """Give back scans that were taken and not started.

        Once: given back twice, more would be started in the day than may be. Where that fails, the day has fewer.
        """
        if unused > 0:
            with suppress(CallFailedError):
                self._add_spent(repository, -unused, now, call=self._caller.once)

    def _add_spent(
        self,
        repository: Repository,
        number: int,
        now: datetime,
        *,
        most: int | None = None,
        call: Callable[..., Any] | None = None,
    ) -> bool:
        """Return False when more than `most` had been spent already."""
        condition: dict[str, Any] = {}
        values = {":number": {"N": str(number)}, ":expiresAt": seconds(now + 2 * DAY)}
        if most is not None:
            condition = {"ConditionExpression": "attribute_not_exists(spent) OR spent <= :most"}
            values[":most"] = {"N": str(most)}
        return self._write_if(
            self._client.update_item,
            call,
            Key=_registry_key(repository, _day(now)),
            UpdateExpression="SET expiresAt = :expiresAt ADD spent :number",
            ExpressionAttributeValues=values,
            **condition,
        )

    def _of_registry(self, repository: Repository, record: str) -> Mapping[str, Any]:
        key = _registry_key(repository, record)
        answer = self._caller(self._client.get_item, TableName=self._table, Key=key, ConsistentRead=True)
        item: Mapping[str, Any] = answer.get("Item", {})
        return item

    def record_result(self, record: ImageRecord, now: datetime) -> bool:
        """Write what the reporter knows of a scan; return False when a newer one, or the same failure, is there."""
        item = result_item(record, now)
        return self._write_if(self._client.put_item, Item=item, **newest_alone(record, now))

    def record_change(self, change: ChangeRecord, now: datetime) -> None:
        """Write what a scan changed. One that is written already stays as it is, so that no digest tells it twice."""
        self._write_if(
            self._client.put_item,
            Item=change_item(change, now),
            ConditionExpression="attribute_not_exists(#record)",
            ExpressionAttributeNames={"#record": "record"},
        )

    def _write_if(self, operation: Any, call: Callable[..., Any] | None = None, **parameters: Any) -> bool:
        """Return False when the condition does not hold. `call` makes the call, in place of the caller with retries."""
        try:
            (call or self._caller)(operation, TableName=self._table, **parameters)
        except CallFailedError as error:
            if error.code == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _query(self, repository: Repository) -> Iterator[Mapping[str, Any]]:
        return table_items(
            self._caller,
            self._client.query,
            first_page=FIRST_PAGE,
            TableName=self._table,
            KeyConditionExpression="#repository = :repository AND begins_with(#record, :images)",
            ExpressionAttributeNames={**_NAMES, "#repository": "repository"},
            ExpressionAttributeValues={":repository": {"S": str(repository)}, ":images": {"S": IMAGES}},
            ProjectionExpression=_PROJECTION,
        )

    def _get(self, repository: Repository, digests: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        keys = [image_key(ImageId(repository, digest), writer) for digest in digests for writer in (SCANNER, REPORTER)]
        for some in chunks(keys, MAX_READS):
            request = {"Keys": some, "ProjectionExpression": _PROJECTION, "ExpressionAttributeNames": _NAMES}
            for answer in self._whole_batch(self._client.batch_get_item, "UnprocessedKeys", request):
                yield from answer["Responses"].get(self._table, ())

    def _write(self, requests: Iterable[dict[str, Any]]) -> None:
        for some in chunks(requests, MAX_WRITES):
            self._whole_batch(self._client.batch_write_item, "UnprocessedItems", some)

    def _whole_batch(self, operation: Any, undone: str, request: object) -> list[Mapping[str, Any]]:
        """Call a batch operation until DynamoDB has done all of it; return its answers."""
        whole: Mapping[str, Any] = {self._table: request}
        answers: list[Mapping[str, Any]] = []

        def attempt(batch: Mapping[str, Any]) -> Mapping[str, Any]:
            answers.append(self._caller(operation, RequestItems=batch))
            left: Mapping[str, Any] = answers[-1].get(undone, {})
            return left

        if retry_undone(self._caller, operation, whole, attempt, ATTEMPTS):
            raise CallFailedError(operation.__name__, undone, f"DynamoDB left a part undone {ATTEMPTS} times")
        return answers


def _digest(item: Mapping[str, Any]) -> str:
    digest, _, _ = str(item["record"]["S"]).rpartition("#")
    return digest


def _registry_key(repository: Repository, record: str) -> dict[str, Any]:
    return {"repository": {"S": f"{repository.registry_id}/{repository.region}"}, "record": {"S": record}}


def _day(now: datetime) -> str:
    return f"budget#{now.astimezone(UTC):%Y-%m-%d}"
