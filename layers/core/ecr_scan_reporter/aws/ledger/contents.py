"""All items of the scan ledger, for the digest; and the counts of the last digest."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any, TypeVar

from ecr_scan_reporter.aws.ledger.base import LedgerTable
from ecr_scan_reporter.aws.ledger.items import read_item, read_scan
from ecr_scan_reporter.aws.ledger.keys import (
    CHANGES,
    COVERAGE,
    IMAGES,
    JOURNAL,
    LAST_DIGEST,
    REPORTER,
    SCANNER,
    Key,
    change_of,
    digest_of,
    is_of_reporter,
    journal_entry_of,
    journal_moment,
    partition_of,
    record_of,
    repository_of,
    result_key,
)
from ecr_scan_reporter.aws.ledger.values import counts_value, number, past_moment, seconds, text
from ecr_scan_reporter.aws.table_items import table_items
from ecr_scan_reporter.domain.ledger.entries import DigestState, ImageState, LedgerEntry, RecordedChange
from ecr_scan_reporter.domain.ledger.journal import JournalEntry
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.due import DueReason
from ecr_scan_reporter.domain.severities import Severity, parse_counts

Name = TypeVar("Name", DueReason, StartScanResult)
Entry = TypeVar("Entry")

# An item has 400 KB at most. Beyond this number, the next digest may report a change again.
MAX_REPORTED = 10_000


class LedgerContents(LedgerTable):
    """Reads the whole ledger table; reads and writes the counts of the last digest."""

    def entries(self) -> Iterator[LedgerEntry]:
        """Yield all entries, repository by repository: its changes, its coverage, then its images."""
        return self._entries(self._items())

    def entries_of(self, repository: Repository) -> Iterator[LedgerEntry]:
        """Yield the entries of one repository."""
        items = table_items(
            self._caller,
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="#repository = :repository",
            ExpressionAttributeNames={"#repository": "repository"},
            ExpressionAttributeValues={":repository": {"S": str(repository)}},
        )
        return self._entries(items)

    def entries_named(self, entries: Iterable[JournalEntry]) -> Iterator[LedgerEntry]:
        """Yield what entries of the journal name: results of images, changes."""
        keys = [key for entry in entries for key in _keys(entry)]
        return self._entries(sorted(self._items_of(keys), key=lambda item: (partition_of(item), record_of(item))))

    def journal(self, since: datetime) -> Iterator[JournalEntry]:
        """Yield what was written since a moment, each once. Skips wrong entries: the whole ledger is read daily."""
        now, day = self._clock(), since
        seen: set[JournalEntry] = set()
        while day.date() <= now.date():
            items = table_items(
                self._caller,
                self._client.query,
                TableName=self._table,
                KeyConditionExpression="#repository = :day AND #record >= :since",
                ExpressionAttributeNames={"#repository": "repository", "#record": "record"},
                ExpressionAttributeValues={
                    ":day": {"S": f"{JOURNAL}{day.astimezone(UTC):%Y-%m-%d}"},
                    ":since": {"S": journal_moment(since)},
                },
                ProjectionExpression="#record",
            )
            for item in items:
                entry = self._read(lambda item: journal_entry_of(record_of(item)), item)
                if entry and entry not in seen:
                    seen.add(entry)
                    yield entry
            day += timedelta(days=1)

    def _entries(self, read: Iterable[Mapping[str, Any]]) -> Iterator[LedgerEntry]:
        now = self._clock()
        for (partition, record), items in groupby(read, key=_subject):
            repository = repository_of(partition)
            if repository is None:
                continue
            if record.startswith(IMAGES):
                yield from self._image(ImageId(repository, record), items, now)
            elif record.startswith(CHANGES):
                yield from self._read_all(partial(_change, repository, now), items)
            elif record == COVERAGE:
                yield from self._read_all(partial(_coverage, repository, now), items)

    def _image(self, image: ImageId, items: Iterable[Mapping[str, Any]], now: datetime) -> Iterator[ImageState]:
        reported, scanned = None, None
        for item in items:
            if is_of_reporter(record_of(item)):
                reported = self._read(partial(_record, image, now), item)
            else:
                scanned = self._read(partial(read_scan, now=now), item)
        if reported or scanned:
            yield ImageState(image, reported, scanned)

    def _read_all(
        self, read: Callable[[Mapping[str, Any]], Entry], items: Iterable[Mapping[str, Any]]
    ) -> Iterator[Entry]:
        entries = (self._read(read, item) for item in items)
        return (entry for entry in entries if entry is not None)

    def last_look(self) -> datetime | None:
        """Return when the images scanner last looked at a whole repository, None when it never did."""
        coverages = self._items(
            FilterExpression="#record = :coverage",
            ProjectionExpression="#repository, #record, #at",
            ExpressionAttributeNames={"#repository": "repository", "#record": "record", "#at": "at"},
            ExpressionAttributeValues={":coverage": {"S": COVERAGE}},
        )
        now = self._clock()
        # Skips wrong items silently: `entries` reports them.
        looks = (read_item(lambda item: _at(item, "at", now), coverage, str) for coverage in coverages)
        return max(filter(None, looks), default=None)

    def last_digest(self) -> DigestState | None:
        """Return the counts of the last digest, None before the first one."""
        item = self._get_item(LAST_DIGEST)
        return self._read(partial(_digest, self._clock()), item) if item else None

    def save_digest(self, state: DigestState) -> None:
        """Store the counts of the digest that was just sent. They never expire."""
        item = {
            **LAST_DIGEST,
            "at": seconds(state.at),
            "totals": counts_value(state.totals),
            "suppressed": number(state.suppressed),
            # DynamoDB has no empty sets.
            **({"told": {"SS": sorted(state.reported)[:MAX_REPORTED]}} if state.reported else {}),
        }
        self._put_item(item)

    def _items(self, **filters: Any) -> Iterator[Mapping[str, Any]]:
        """Yield all items; those of a partition come together, in the order of their sort key."""
        return table_items(self._caller, self._client.scan, TableName=self._table, **filters)


def _keys(entry: JournalEntry) -> list[Key]:
    if entry.change:
        return [{"repository": {"S": str(entry.repository)}, "record": {"S": entry.change}}]
    image = ImageId(entry.repository, entry.digest)
    return [result_key(image, writer) for writer in (SCANNER, REPORTER)]


def _subject(item: Mapping[str, Any]) -> tuple[str, str]:
    """Return partition and record; for both results of an image, the image digest in place of the record."""
    record = record_of(item)
    return partition_of(item), digest_of(record) if record.startswith(IMAGES) else record


def _record(image: ImageId, now: datetime, item: Mapping[str, Any]) -> ImageRecord:
    return ImageRecord(
        image,
        read_scan(item, now),
        counts=_severities(item, "counts"),
        suppressed=_number(item, "suppressed"),
        suppressions=tuple(item.get("rules", {}).get("SS", ())),
        tag=text(item, "tag"),
        owner=text(item, "owner"),
        failing_since=past_moment(item.get("failingSince"), now),
    )


def _digest(now: datetime, item: Mapping[str, Any]) -> DigestState:
    reported = frozenset(item.get("told", {}).get("SS", ()))
    return DigestState(_at(item, "at", now), _severities(item, "totals"), _number(item, "suppressed"), reported)


def _change(repository: Repository, now: datetime, item: Mapping[str, Any]) -> RecordedChange:
    at, digest = change_of(record_of(item))
    change = ChangeRecord(
        ImageId(repository, digest),
        at=at,
        tag=text(item, "tag"),
        new=_severities(item, "new"),
        raised=_severities(item, "raised"),
        fixed=_severities(item, "fixed"),
        news=_texts(item, "news"),
        is_first=item.get("isFirst", {}).get("BOOL") is True,
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
    """Read numbers by the members of an enumeration. Skips members that only another version knows."""
    known = {member.value: member for member in names}
    stored = item.get(name, {}).get("M", {})
    return {known[value]: int(count["N"]) for value, count in stored.items() if value in known}


def _at(item: Mapping[str, Any], name: str, now: datetime) -> datetime:
    at = past_moment(item.get(name), now)
    if at is None:
        raise ValueError(f"{name} is missing")
    return at
