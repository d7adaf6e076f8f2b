"""The scan ledger: the last scan of each image digest, in a DynamoDB table.

An image digest has up to two items: the result as the images scanner knows it, and as the reporter knows it. The
scanner writes in batches, and DynamoDB has no conditions for batches. With an item of its own, it never overwrites a
newer result of the reporter. `aws/ledger/keys.py` lists all items.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial, reduce
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.ledger.base import ATTEMPTS, LedgerTable, utc_now
from ecr_scan_reporter.aws.ledger.items import (
    change_item,
    coverage_item,
    journal_item,
    only_if_newer,
    read_scan,
    result_item,
    scan_item,
)
from ecr_scan_reporter.aws.ledger.keys import (
    IMAGES,
    REPORTER,
    SCANNER,
    Key,
    budget_key,
    digest_of,
    pause_key,
    record_of,
    result_key,
)
from ecr_scan_reporter.aws.ledger.values import moment, number, past_moment, seconds
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.table_items import table_items
from ecr_scan_reporter.domain.chunks import chunks
from ecr_scan_reporter.domain.ledger.journal import JournalEntry
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, latest
from ecr_scan_reporter.errors import CallFailedError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
MAX_WRITES = 25
# Several jobs read a first page at the same time, so it is small; the further pages have up to 1 MB.
FIRST_PAGE = 1_000
DAY = timedelta(days=1)
# Less than the inventory reads again of what it has read before (use_cases.inventory.read_ledger).
NOTED_AGAIN_AFTER = timedelta(minutes=5)
_PROJECTION = "#record, #status, scannedAt, triedAt, description"
_NAMES = {"#record": "record", "#status": "status"}


class ScanLedger(LedgerTable):
    """Writes results, changes and coverage; reads last scans; stores pause and budget of each registry.

    With `keeps_journal`, the inventory finds what was written without reading all of it.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        caller: Caller,
        table: str,
        on_problem: Callable[[str], object] = str,
        clock: Callable[[], datetime] = utc_now,
        *,
        keeps_journal: bool = False,
    ) -> None:
        super().__init__(client, caller, table, on_problem, clock)
        self._keeps_journal = keeps_journal
        self._noted: dict[Repository, datetime] = {}

    def last_scans(
        self, repository: Repository, digests: Sequence[str] | None = None
    ) -> Iterator[tuple[str, LastScan]]:
        """Yield the last scan by image digest: of all images of a repository, or of `digests` alone."""
        if digests is None:
            items = self._query(repository)
        else:
            items = iter(sorted(self._batch_get(repository, digests), key=_digest))
        read = partial(self._read, partial(read_scan, now=self._clock()), repository=str(repository))
        for digest, results in groupby(items, key=_digest):
            last = reduce(latest, map(read, results), None)
            if last:
                yield digest, last

    def remember(self, repository: Repository, scans: Mapping[str, LastScan], now: datetime) -> None:
        """Write the last scans that the images scanner knows, by digest."""
        self._note_repository(repository)
        self._batch_write(
            {"PutRequest": {"Item": scan_item(ImageId(repository, digest), scan, now)}}
            for digest, scan in scans.items()
        )

    def forget(self, repository: Repository, digests: Iterable[str]) -> None:
        """Delete the results of these images: they are gone from the repository."""
        self._batch_write(
            {"DeleteRequest": {"Key": result_key(ImageId(repository, digest), writer)}}
            for digest in dict.fromkeys(digests)
            for writer in (SCANNER, REPORTER)
        )

    def record_coverage(self, coverage: RepositoryCoverage, now: datetime) -> None:
        """Write what the images scanner saw when it looked at all of a repository."""
        self._put_item(coverage_item(coverage, now))

    def paused_until(self, repository: Repository) -> datetime | None:
        """Return the end of the pause of the repository's registry, None when there is no pause."""
        return moment(self._get_item(pause_key(repository)).get("until"))

    def pause(self, repository: Repository, until: datetime) -> None:
        """Pause the repository's registry: no job starts scans in it until then."""
        self._put_item(pause_key(repository) | {"until": seconds(until), "expiresAt": seconds(until)})

    def spend(self, repository: Repository, wanted: int, budget: int, now: datetime) -> int:
        """Take up to `wanted` scans from the registry's budget of this day (UTC); return how many were left.

        Raises CallFailedError when other jobs took from the budget in between, ATTEMPTS times in a row.
        """
        granted = min(wanted, budget)
        for _ in range(ATTEMPTS):
            # Usually the budget has enough left, and one conditional write is all.
            if granted <= 0 or self._add_spent(repository, granted, now, most=budget - granted):
                return max(granted, 0)
            spent = int(self._get_item(budget_key(repository, now)).get("spent", {"N": "0"})["N"])
            granted = min(wanted, budget - spent)
        raise CallFailedError("spend", "Conflict", f"others took from the budget {ATTEMPTS} times in a row")

    def refund(self, repository: Repository, unused: int, now: datetime) -> None:
        """Give back scans that were taken and not started.

        The call is not retried: a second refund would let the day exceed its budget. When it fails, the day has fewer.
        """
        if unused > 0:
            with suppress(CallFailedError):
                self._add_spent(repository, -unused, now, call=self._caller.once)

    def _add_spent(
        self,
        repository: Repository,
        scans: int,
        now: datetime,
        *,
        most: int | None = None,
        call: Callable[..., Any] | None = None,
    ) -> bool:
        """Return False when more than `most` had been spent already."""
        condition: dict[str, Any] = {}
        values = {":scans": number(scans), ":expiresAt": seconds(now + 2 * DAY)}
        if most is not None:
            condition = {"ConditionExpression": "attribute_not_exists(spent) OR spent <= :most"}
            values[":most"] = number(most)
        return self._write_if(
            self._client.update_item,
            call,
            Key=budget_key(repository, now),
            UpdateExpression="SET expiresAt = :expiresAt ADD spent :scans",
            ExpressionAttributeValues=values,
            **condition,
        )

    def record_result(self, record: ImageRecord, now: datetime) -> bool:
        """Write the reporter's result; return False when the ledger has a newer one, or the same failure."""
        item = result_item(record, now)
        is_written = self._write_if(self._client.put_item, Item=item, **only_if_newer(record, now))
        # Also where it was there already: whoever wrote it may have ended before the journal.
        self._note(JournalEntry(record.image.repository, record.image.digest))
        return is_written

    def last_result(self, image: ImageId) -> ImageRecord | None:
        """Return how the last scan of an image ended and since when its scans fail, None where that is not known."""
        item = self._get_item(result_key(image, REPORTER))
        return self._read(partial(_result, image, self._clock()), item) if item else None

    def record_change(self, change: ChangeRecord, now: datetime) -> None:
        """Write the changes of a scan. A stored change stays as it is, so no digest reports it twice."""
        item = change_item(change, now)
        self._write_if(
            self._client.put_item,
            Item=item,
            ConditionExpression="attribute_not_exists(#record)",
            ExpressionAttributeNames={"#record": "record"},
        )
        self._note(JournalEntry(change.image.repository, change=record_of(item)))

    def _note_repository(self, repository: Repository) -> None:
        """Note that results of a repository are written: a job writes many, so not for each of them."""
        now = self._clock()
        noted = self._noted.get(repository)
        if noted is None or now - noted > NOTED_AGAIN_AFTER:
            self._noted[repository] = now
            self._note(JournalEntry(repository))

    def _note(self, entry: JournalEntry) -> None:
        if self._keeps_journal:
            self._put_item(journal_item(entry, self._clock()))

    def _write_if(self, operation: Any, call: Callable[..., Any] | None = None, **parameters: Any) -> bool:
        """Return False when the condition does not hold. `call` stands in for the caller, which retries."""
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

    def _batch_get(self, repository: Repository, digests: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        keys: list[Key] = [
            result_key(ImageId(repository, digest), writer) for digest in digests for writer in (SCANNER, REPORTER)
        ]
        return self._items_of(keys, ProjectionExpression=_PROJECTION, ExpressionAttributeNames=_NAMES)

    def _batch_write(self, requests: Iterable[dict[str, Any]]) -> None:
        for batch in chunks(requests, MAX_WRITES):
            self._whole_batch(self._client.batch_write_item, "UnprocessedItems", batch)


def _result(image: ImageId, now: datetime, item: Mapping[str, Any]) -> ImageRecord:
    failing_since = past_moment(item.get("failingSince"), now)
    return ImageRecord(image, read_scan(item, now), failing_since=failing_since)


def _digest(item: Mapping[str, Any]) -> str:
    return digest_of(record_of(item))
