"""Reads the whole scan ledger for the digest, and remembers the digest that was sent last."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

from ecr_scan_reporter.aws.calls import Caller
from ecr_scan_reporter.aws.ledger_items import (
    CHANGES,
    COVERAGE,
    IMAGES,
    REPORTER,
    counts_value,
    moment,
    number,
    read_scan,
    seconds,
    text,
)
from ecr_scan_reporter.aws.table_items import table_items
from ecr_scan_reporter.domain.images import Repository
from ecr_scan_reporter.domain.ledger_entries import DigestState, ImageState, LedgerEntry, RecordedChange
from ecr_scan_reporter.domain.scan_due import Reason
from ecr_scan_reporter.domain.scan_records import ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.severities import Severity, parse_counts
from ecr_scan_reporter.domain.start_answers import StartAnswer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Name = TypeVar("Name", Reason, StartAnswer)

# An item has 400 KB at most. Beyond this, a change may be told twice.
MOST_TOLD = 10_000
_LAST_DIGEST = {"repository": {"S": "digest"}, "record": {"S": "last"}}


class LedgerContents:
    """All that lies in the ledger table."""

    def __init__(self, client: "DynamoDBClient", caller: Caller, table: str) -> None:
        self._client = client
        self._caller = caller
        self._table = table

    def entries(self) -> Iterator[LedgerEntry]:
        """Yield what is known, repository by repository: its changes, its coverage, then its images."""
        for (partition, record), items in groupby(self._items(), key=_subject):
            registry_id, region, name = (*partition.split("/", 2), "", "")[:3]
            if not name:
                continue  # The partition of a registry, or that of the digest.
            repository = Repository(registry_id, region, name)
            if record.startswith(IMAGES):
                yield _image(repository, record, items)
            elif record.startswith(CHANGES):
                yield from (_change(repository, item) for item in items)
            elif record == COVERAGE:
                yield from (_coverage(repository, item) for item in items)

    def last_look(self) -> datetime | None:
        """Return when the images scanner last looked at a whole repository, None where it never did."""
        looks = self._items(
            FilterExpression="#record = :coverage",
            ProjectionExpression="#at",
            ExpressionAttributeNames={"#record": "record", "#at": "at"},
            ExpressionAttributeValues={":coverage": {"S": COVERAGE}},
        )
        return max((_at(item, "at") for item in looks), default=None)

    def last_digest(self) -> DigestState | None:
        """Return what the last digest said, None before the first one."""
        answer = self._caller(self._client.get_item, TableName=self._table, Key=_LAST_DIGEST, ConsistentRead=True)
        item = answer.get("Item")
        if not item:
            return None
        told = frozenset(item.get("told", {}).get("SS", ()))
        return DigestState(_at(item, "at"), _severities(item, "totals"), _number(item, "suppressed"), told)

    def save_digest(self, state: DigestState) -> None:
        """Remember what the digest says that was just sent. It never expires."""
        item = {
            **_LAST_DIGEST,
            "at": seconds(state.at),
            "totals": counts_value(state.totals),
            "suppressed": number(state.suppressed),
            # An empty set cannot be written.
            **({"told": {"SS": sorted(state.told)[:MOST_TOLD]}} if state.told else {}),
        }
        self._caller(self._client.put_item, TableName=self._table, Item=item)

    def _items(self, **filters: Any) -> Iterator[Mapping[str, Any]]:
        """Yield all items; those of a partition come together, in the order of their sort key."""
        return table_items(self._caller, self._client.scan, TableName=self._table, **filters)


def _subject(item: Mapping[str, Any]) -> tuple[str, str]:
    """The partition, and what the record is about: the two items of a digest are about the same."""
    record = text(item, "record")
    return text(item, "repository"), record.partition("#")[0] if record.startswith(IMAGES) else record


def _image(repository: Repository, digest: str, items: Iterable[Mapping[str, Any]]) -> ImageState:
    record, tried = None, None
    for item in items:
        if text(item, "record").endswith(f"#{REPORTER}"):
            record = ImageRecord(
                repository,
                digest,
                read_scan(item),
                counts=_severities(item, "counts"),
                suppressed=_number(item, "suppressed"),
                rules=tuple(item.get("rules", {}).get("SS", ())),
                tag=text(item, "tag"),
                owner=text(item, "owner"),
            )
        else:
            tried = read_scan(item)
    return ImageState(repository, digest, record, tried)


def _change(repository: Repository, item: Mapping[str, Any]) -> RecordedChange:
    _, at, digest, _ = text(item, "record").split("#")
    change = ChangeRecord(
        repository,
        digest,
        at=datetime.fromisoformat(at),
        tag=text(item, "tag"),
        new=_severities(item, "new"),
        raised=_severities(item, "raised"),
        fixed=_severities(item, "fixed"),
        news=_texts(item, "news"),
    )
    return RecordedChange(change, _at(item, "recordedAt"))


def _coverage(repository: Repository, item: Mapping[str, Any]) -> RepositoryCoverage:
    return RepositoryCoverage(
        repository,
        _at(item, "at"),
        images=_number(item, "images"),
        not_scannable=_counts(item, "notScannable", Reason),
        refused=_counts(item, "refused", StartAnswer),
        max_age=text(item, "maxAge"),
        notes=_texts(item, "notes"),
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


def _at(item: Mapping[str, Any], name: str) -> datetime:
    at = moment(item.get(name))
    if at is None:
        raise ValueError(f"an item of the ledger has no {name}: {item}")
    return at
