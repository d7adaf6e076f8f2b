"""The items of the ledger table: records as DynamoDB's typed values, written and read back.

An item may be wrong: written by hand, by another version, or with a date far ahead. Its reader reports and skips it,
and reads all others. The keys are in `aws/ledger/keys.py`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from ecr_scan_reporter.aws.ledger.keys import (
    REPORTER,
    SCANNER,
    change_key,
    coverage_key,
    journal_key,
    partition_of,
    record_of,
    result_key,
)
from ecr_scan_reporter.aws.ledger.values import (
    Item,
    counts_value,
    lists_value,
    number,
    past_moment,
    seconds,
    text,
    texts_value,
)
from ecr_scan_reporter.domain.ledger.journal import JournalEntry
from ecr_scan_reporter.domain.ledger.records import MAX_DESCRIPTION, ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.moments import MAX_AHEAD
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus

# The result of an image expires after this; an early expiry costs one call to ECR.
REMEMBERED = timedelta(days=180)
# For records that only the digest reads: a monthly digest that fails once reads two months.
REMEMBERED_FOR_DIGEST = timedelta(days=62)
# The inventory reads it every half hour, and the whole ledger once a day.
REMEMBERED_IN_JOURNAL = timedelta(days=3)
# ECR scans an image once in 24 hours. One event of a failure may have the time of its end, another that of its start.
SAME_FAILURE = timedelta(hours=12)
# Ids have 128 characters at most, and an item has 400 KB at most.
MAX_SUPPRESSIONS = 1_000

Read = TypeVar("Read")

_SUCCEEDED = frozenset({ScanStatus.COMPLETE, ScanStatus.ACTIVE})


def scan_item(image: ImageId, scan: LastScan, now: datetime) -> Item:
    """Return the item of what the images scanner knows of an image. It expires after REMEMBERED."""
    return result_key(image, SCANNER) | _scan(scan, scan.description, now)


def result_item(record: ImageRecord, now: datetime) -> Item:
    """Return the item of what the reporter knows of an image, without its empty values."""
    scan = record.scan
    item: Item = {**result_key(record.image, REPORTER)}
    item |= _scan(scan, "" if scan.status in _SUCCEEDED else scan.description, now)
    item["counts"] = counts_value(record.counts)
    if record.suppressed:
        item["suppressed"] = number(record.suppressed)
    if record.suppressions:
        item["rules"] = {"SS": sorted(set(record.suppressions))[:MAX_SUPPRESSIONS]}
    if record.failing_since:
        item["failingSince"] = seconds(record.failing_since)
    return item | texts_value(tag=record.tag, owner=record.owner)


def change_item(change: ChangeRecord, now: datetime) -> Item:
    """Return the item of the changes that a scan found. It expires after REMEMBERED_FOR_DIGEST."""
    kinds = {"new": change.new, "raised": change.raised, "fixed": change.fixed}
    changed = {name: counts_value(counts) for name, counts in kinds.items() if counts} | lists_value(news=change.news)
    fingerprint = sha256(repr(changed).encode()).hexdigest()[:8]
    return {
        **change_key(change.image, change.at, fingerprint),
        **changed,
        **texts_value(tag=change.tag),
        **({"isFirst": {"BOOL": True}} if change.is_first else {}),
        "recordedAt": seconds(now),
        "expiresAt": seconds(now + REMEMBERED_FOR_DIGEST),
    }


def coverage_item(coverage: RepositoryCoverage, now: datetime) -> Item:
    """Return the item of what the images scanner saw of a whole repository."""
    return {
        **coverage_key(coverage.repository),
        "at": seconds(coverage.at),
        "images": number(coverage.images),
        "notScannable": counts_value(coverage.not_scannable),
        "refused": counts_value(coverage.held_back),
        # Outlives the images of the repository: the digest counts them only while the repository is active.
        "expiresAt": seconds(now + REMEMBERED + REMEMBERED_FOR_DIGEST),
        **texts_value(maxAge=coverage.max_age),
        **lists_value(notes=coverage.tag_warnings),
    }


def journal_item(entry: JournalEntry, now: datetime) -> Item:
    """Return the item of a journal entry."""
    return {**journal_key(entry, now), "expiresAt": seconds(now + REMEMBERED_IN_JOURNAL)}


def only_if_newer(record: ImageRecord, now: datetime) -> Item:
    """Return the condition of a write: the stored result is older, of the same scan, or has an impossible date.

    ECR gives no date of a failed scan, so two events of one failure may differ in their time. The stored failure stays
    then, and only the event that wrote it may write it again.
    """
    at = seconds(record.scan.scanned_at) if record.scan.scanned_at else {"N": "0"}
    condition: Item = {
        "ConditionExpression": "attribute_not_exists(scannedAt) OR NOT attribute_type(scannedAt, :number)"
        " OR scannedAt = :at OR scannedAt > :ahead OR scannedAt < :at",
        "ExpressionAttributeValues": {":at": at, ":ahead": seconds(now + MAX_AHEAD), ":number": {"S": "N"}},
    }
    if record.scan.status not in _SUCCEEDED and record.scan.scanned_at:
        condition["ConditionExpression"] += " AND (scannedAt < :other OR NOT #status = :status)"
        condition["ExpressionAttributeNames"] = {"#status": "status"}
        condition["ExpressionAttributeValues"] |= {
            ":other": seconds(record.scan.scanned_at - SAME_FAILURE),
            ":status": {"S": record.scan.status.value},
        }
    return condition


def read_item(
    read: Callable[[Mapping[str, Any]], Read],
    item: Mapping[str, Any],
    on_problem: Callable[[str], object],
    repository: str = "",
) -> Read | None:
    """Return what `read` makes of an item; None when the item is wrong: `on_problem` gets its key and the reason.

    `repository` stands in for the partition where a projection has left it out.
    """
    try:
        return read(item)
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        key = f"{repository or partition_of(item)} {record_of(item)}"
        on_problem(f"{key}: {type(error).__name__}: {error}")
        return None


def read_scan(item: Mapping[str, Any], now: datetime) -> LastScan:
    """Read what a function knows of the last scan of an image."""
    return LastScan(
        status=ScanStatus.parse(item["status"]["S"]),
        scanned_at=past_moment(item.get("scannedAt"), now),
        tried_at=past_moment(item.get("triedAt"), now),
        description=text(item, "description"),
    )


def _scan(scan: LastScan, description: str, now: datetime) -> Item:
    item: Item = {"status": {"S": scan.status.value}, "expiresAt": seconds(now + REMEMBERED)}
    if scan.scanned_at:
        item["scannedAt"] = seconds(scan.scanned_at)
    if scan.tried_at:
        item["triedAt"] = seconds(scan.tried_at)
    return item | texts_value(description=description[:MAX_DESCRIPTION])
