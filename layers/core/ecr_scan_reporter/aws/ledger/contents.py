"""Reads the whole scan ledger for the digest, and remembers the digest that was sent last."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

from ecr_scan_reporter.aws.ledger.items import (
    CHANGES,
    COVERAGE,
    IMAGES,
    REPORTER,
    counts_value,
    number,
    past_moment,
    read_item,
    read_scan,
    seconds,
    text,
)
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.table_items import table_items
from ecr_scan_reporter.domain.ledger.entries import DigestState, ImageState, LedgerEntry, RecordedChange
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.due import DueReason
from ecr_scan_reporter.domain.severities import Severity, parse_counts

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Name = TypeVar("Name", DueReason, StartScanResult)
Read = TypeVar("Read")

# An item has 400 KB at most. Beyond this, a change may be told twice.
MAX_REPORTED = 10_000
_now = partial(datetime.now, UTC)
_LAST_DIGEST = {"repository": {"S": "digest"}, "record": {"S": "last"}}


class LedgerContents:
    """All that lies in the ledger table. `on_problem` is told, in words, of each item that is wrong and left out."""

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

    def entries(self) -> Iterator[LedgerEntry]:
        """Yield what is known, repository by repository: its changes, its coverage, then its images."""
        now = self._clock()
        for (partition, record), items in groupby(self._items(), key=_subject):
            registry_id, region, name = (*partition.split("/", 2), "", "")[:3]
            if not name:
                continue  # The partition of a registry, or that of the digest.
            repository = Repository(registry_id, region, name)
            if record.startswith(IMAGES):
                yield from self._image(repository, record, items, now)
            elif record.startswith(CHANGES):
                yield from self._read(partial(_change, repository, now), items)
            elif record == COVERAGE:
                yield from self._read(partial(_coverage, repository, now), items)

    def _image(
        self, repository: Repository, digest: str, items: Iterable[Mapping[str, Any]], now: datetime
    ) -> Iterator[ImageState]:
        record, tried = None, None
        for item in items:
            if text(item, "record").endswith(f"#{REPORTER}"):
                record = read_item(partial(_record, ImageId(repository, digest), now), item, self._on_problem)
            else:
                tried = read_item(partial(read_scan, now=now), item, self._on_problem)
        if record or tried:
            yield ImageState(ImageId(repository, digest), record, tried)

    def _read(self, read: Callable[[Mapping[str, Any]], Read], items: Iterable[Mapping[str, Any]]) -> Iterator[Read]:
        found = (read_item(read, item, self._on_problem) for item in items)
        return (entry for entry in found if entry is not None)

    def last_look(self) -> datetime | None:
        """Return when the images scanner last looked at a whole repository, None where it never did."""
        looks = self._items(
            FilterExpression="#record = :coverage",
            ProjectionExpression="#repository, #record, #at",
            ExpressionAttributeNames={"#repository": "repository", "#record": "record", "#at": "at"},
            ExpressionAttributeValues={":coverage": {"S": COVERAGE}},
        )
        now = self._clock()
        # What is wrong is told when the whole ledger is read.
        seen = (read_item(lambda item: _at(item, "at", now), look, str) for look in looks)
        return max(filter(None, seen), default=None)

    def last_digest(self) -> DigestState | None:
        """Return what the last digest said, None before the first one."""
        answer = self._caller(self._client.get_item, TableName=self._table, Key=_LAST_DIGEST, ConsistentRead=True)
        item = answer.get("Item")
        return read_item(partial(_digest, self._clock()), item, self._on_problem) if item else None

    def save_digest(self, state: DigestState) -> None:
        """Remember what the digest says that was just sent. It never expires."""
        item = {
            **_LAST_DIGEST,
            "at": seconds(state.at),
            "totals": counts_value(state.totals),
            "suppressed": number(state.suppressed),
            # An empty set cannot be written.
            **({"told": {"SS": sorted(state.reported)[:MAX_REPORTED]}} if state.reported else {}),
        }
        self._caller(self._client.put_item, TableName=self._table, Item=item)

    def _items(self, **filters: Any) -> Iterator[Mapping[str, Any]]:
        """Yield all items; those of a partition come together, in the order of their sort key."""
        return table_items(self._caller, self._client.scan, TableName=self._table, **filters)


def _subject(item: Mapping[str, Any]) -> tuple[str, str]:
    """The partition, and what the record is about: the two items of a digest are about the same."""
    record = text(item, "record")
    return text(item, "repository"), record.partition("#")[0] if record.startswith(IMAGES) else record


def _record(image: ImageId, now: datetime, item: Mapping[str, Any]) -> ImageRecord:
    return ImageRecord(
        image,
        read_scan(item, now),
        counts=_severities(item, "counts"),
        suppressed=_number(item, "suppressed"),
        suppressions=tuple(item.get("rules", {}).get("SS", ())),
        tag=text(item, "tag"),
        owner=text(item, "owner"),
    )


def _digest(now: datetime, item: Mapping[str, Any]) -> DigestState:
    reported = frozenset(item.get("told", {}).get("SS", ()))
    return DigestState(_at(item, "at", now), _severities(item, "totals"), _number(item, "suppressed"), reported)


def _change(repository: Repository, now: datetime, item: Mapping[str, Any]) -> RecordedChange:
    _, at, digest, _ = text(item, "record").split("#")
    change = ChangeRecord(
        ImageId(repository, digest),
        at=datetime.fromisoformat(at).astimezone(UTC),
        tag=text(item, "tag"),
        new=_severities(item, "new"),
        raised=_severities(item, "raised"),
        fixed=_severities(item, "fixed"),
        news=_texts(item, "news"),
    )
    return RecordedChange(change, _at(item, "recordedAt", now))


def _coverage(repository: Repository, now: datetime, item: Mapping[str, Any]) -> RepositoryCoverage:
    return RepositoryCoverage(
        repository,
        _at(item, "at", now),
        images=_number(item, "images"),
        not_scannable=_counts(item, "notScannable", DueReason),
        held_back=_counts(item, "refused", StartScanResult),
        max_age=text(item, "maxAge"),
        tag_warnings=_texts(item, "notes"),
    )


def _number(item: Mapping[str, Any], name: str) -> int:
    return int(item.get(name, {}).get("N", 0))


def _texts(item: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(value["S"]) for value in item.get(name, {}).get("L", ()))


def _severities(item: Mapping[str, Any], name: str) -> dict[Severity, int]:
    return parse_counts({severity: int(value["N"]) for severity, value in item.get(name, {}).get("M", {}).items()})


def _counts(item: Mapping[str, Any], name: str, names: type[Name]) -> dict[Name, int]:
    """Read numbers by the members of an enumeration; what an older or newer version called otherwise is left out."""
    known = {member.value: member for member in names}
    stored = item.get(name, {}).get("M", {})
    return {known[value]: int(count["N"]) for value, count in stored.items() if value in known}


def _at(item: Mapping[str, Any], name: str, now: datetime) -> datetime:
    at = past_moment(item.get(name), now)
    if at is None:
        raise ValueError(f"there is no {name}")
    return at
