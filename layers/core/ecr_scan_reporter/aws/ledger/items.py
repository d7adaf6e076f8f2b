"""The items of the ledger table: how what is remembered is written as DynamoDB's typed values, and read back.

An item may be wrong: written by hand, by another version, or with a date far ahead. Then it is told and left out, and
everything else is read.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.moments import MAX_AHEAD, is_plausible
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus

# An image that is not scanned any more is forgotten after this; a wrong guess costs one call.
REMEMBERED = timedelta(days=180)
# What only the digest reads: longer than the two months of a digest that is sent once a month and fails once.
REMEMBERED_FOR_DIGEST = timedelta(days=62)
MAX_DESCRIPTION = 300
# ECR scans an image once in 24 hours; the event of one scan may tell when it ended, another when it was started.
SAME_FAILURE = timedelta(hours=12)
MAX_RULES = 1_000  # of 128 characters: an item has 400 KB at most
SCANNER, REPORTER = "scanner", "reporter"
# All records of images begin so: ECR's digests are all of this kind.
IMAGES = "sha256:"
CHANGES = "change#"
COVERAGE = "coverage"

Item = dict[str, Any]
Read = TypeVar("Read")
Counts = Mapping[Any, int]

_SUCCEEDED = frozenset({ScanStatus.COMPLETE, ScanStatus.ACTIVE})


def key(repository: Repository, record: str) -> Item:
    """Return the key of a record of a repository."""
    return {"repository": {"S": str(repository)}, "record": {"S": record}}


def image_key(image: ImageId, writer: str) -> Item:
    """Return the key of what a function knows of an image."""
    return key(image.repository, f"{image.digest}#{writer}")


def scan_item(image: ImageId, scan: LastScan, now: datetime) -> Item:
    """Write what the images scanner knows of an image."""
    return image_key(image, SCANNER) | _scan(scan, scan.description, now)


def result_item(record: ImageRecord, now: datetime) -> Item:
    """Write what the reporter knows of an image. What is empty is left out."""
    scan = record.scan
    item = image_key(record.image, REPORTER)
    item |= _scan(scan, "" if scan.status in _SUCCEEDED else scan.description, now)
    item["counts"] = counts_value(record.counts)
    if record.suppressed:
        item["suppressed"] = number(record.suppressed)
    if record.suppressions:
        item["rules"] = {"SS": sorted(set(record.suppressions))[:MAX_RULES]}
    return item | _texts(tag=record.tag, owner=record.owner)


def change_item(change: ChangeRecord, now: datetime) -> Item:
    """Write a scan that changed something.

    What changed is in the key too: enhanced scanning adds findings to a scan, whose time stays the same.
    """
    changed = {"new": change.new, "raised": change.raised, "fixed": change.fixed}
    what = {name: counts_value(counts) for name, counts in changed.items() if counts} | _lists(news=change.news)
    fingerprint = sha256(repr(what).encode()).hexdigest()[:8]
    record = f"{CHANGES}{change.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}#{change.image.digest}#{fingerprint}"
    return {
        **key(change.image.repository, record),
        **what,
        **_texts(tag=change.tag),
        "recordedAt": seconds(now),
        "expiresAt": seconds(now + REMEMBERED_FOR_DIGEST),
    }


def coverage_item(coverage: RepositoryCoverage, now: datetime) -> Item:
    """Write what the images scanner saw of a whole repository."""
    return {
        **key(coverage.repository, COVERAGE),
        "at": seconds(coverage.at),
        "images": number(coverage.images),
        "notScannable": counts_value(coverage.not_scannable),
        "refused": counts_value(coverage.held_back),
        # Longer than the images of the repository: it tells whether they still count.
        "expiresAt": seconds(now + REMEMBERED + REMEMBERED_FOR_DIGEST),
        **_texts(maxAge=coverage.max_age),
        **_lists(notes=coverage.tag_warnings),
    }


def newest_alone(record: ImageRecord, now: datetime) -> Item:
    """Return what a write of a result must ask for: what is there is older, or has a date that cannot be true.

    Where a scan failed ECR gives no date, so that two events of the same failure may differ in theirs: one that is
    there already stays. The event that wrote it may come again.
    """
    at = seconds(record.scan.scanned_at) if record.scan.scanned_at else {"N": "0"}
    asked: Item = {
        "ConditionExpression": "attribute_not_exists(scannedAt) OR NOT attribute_type(scannedAt, :number)"
        " OR scannedAt = :at OR scannedAt > :ahead OR scannedAt < :at",
        "ExpressionAttributeValues": {":at": at, ":ahead": seconds(now + MAX_AHEAD), ":number": {"S": "N"}},
    }
    if record.scan.status not in _SUCCEEDED and record.scan.scanned_at:
        asked["ConditionExpression"] += " AND (scannedAt < :other OR NOT #status = :status)"
        asked["ExpressionAttributeNames"] = {"#status": "status"}
        asked["ExpressionAttributeValues"] |= {
            ":other": seconds(record.scan.scanned_at - SAME_FAILURE),
            ":status": {"S": record.scan.status.value},
        }
    return asked


def read_item(
    read: Callable[[Mapping[str, Any]], Read],
    item: Mapping[str, Any],
    on_problem: Callable[[str], object],
    repository: str = "",
) -> Read | None:
    """Return what `read` makes of an item; None when it is wrong, and `on_problem` is told which one it is, and why.

    `repository` is that of the item, where only some of its attributes were read.
    """
    try:
        return read(item)
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        name = f"{repository or text(item, 'repository')} {text(item, 'record')}"
        on_problem(f"{name}: {type(error).__name__}: {error}")
        return None


def read_scan(item: Mapping[str, Any], now: datetime) -> LastScan:
    """Read what a function knows of the last scan of an image."""
    return LastScan(
        status=ScanStatus.parse(item["status"]["S"]),
        scanned_at=past_moment(item.get("scannedAt"), now),
        tried_at=past_moment(item.get("triedAt"), now),
        description=text(item, "description"),
    )


def seconds(at: datetime) -> dict[str, str]:
    """Write a moment as seconds since 1970, as the table's TTL wants it."""
    return {"N": str(int(at.timestamp()))}


def moment(value: Mapping[str, str] | None) -> datetime | None:
    """Read a moment."""
    return datetime.fromtimestamp(float(value["N"]), UTC) if value else None


def past_moment(value: Mapping[str, str] | None, now: datetime) -> datetime | None:
    """Read a moment that has been. Raises ValueError when it is far ahead, or before 1970."""
    at = moment(value)
    if at and not is_plausible(at, now):
        raise ValueError(f"{at:%Y-%m-%d} is no day on which anything can have happened")
    return at


def number(value: int) -> dict[str, str]:
    """Write a number."""
    return {"N": str(value)}


def counts_value(counts: Counts) -> Item:
    """Write a number for each member of an enumeration, by its value."""
    return {"M": {name: number(count) for name, count in sorted((key.value, n) for key, n in counts.items())}}


def text(item: Mapping[str, Any], name: str) -> str:
    """Read a text, empty where there is none."""
    return str(item.get(name, {}).get("S", ""))


def _scan(scan: LastScan, description: str, now: datetime) -> Item:
    item: Item = {"status": {"S": scan.status.value}, "expiresAt": seconds(now + REMEMBERED)}
    if scan.scanned_at:
        item["scannedAt"] = seconds(scan.scanned_at)
    if scan.tried_at:
        item["triedAt"] = seconds(scan.tried_at)
    return item | _texts(description=description[:MAX_DESCRIPTION])


def _texts(**texts: str) -> Item:
    return {name: {"S": value} for name, value in texts.items() if value}


def _lists(**lists: tuple[str, ...]) -> Item:
    return {name: {"L": [{"S": value} for value in values]} for name, values in lists.items() if values}
