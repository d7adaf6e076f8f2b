"""The keys of the ledger table: every partition and every record that lies in it.

| partition (`repository`) | record | item |
|---|---|---|
| account/region/name | sha256:...#scanner | result of an image, as the images scanner knows it |
| account/region/name | sha256:...#reporter | result of an image, as the reporter knows it |
| account/region/name | change#time#sha256:...#fingerprint | changes that a scan found |
| account/region/name | coverage | what the images scanner saw of the repository |
| account/region | pause | end of the pause after the daily quota |
| journal#2026-01-31 | time#account/region/name#what | what was written on that day (UTC), for the inventory |
| account/region | budget#2026-01-31 | scans spent on that day (UTC) |
| digest | last | the last digest |

A DynamoDB Scan yields the records of a repository in this order: changes, coverage, images.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ecr_scan_reporter.aws.ledger.values import text
from ecr_scan_reporter.domain.ledger.journal import JournalEntry
from ecr_scan_reporter.domain.registry.images import ImageId, Repository

Key = dict[str, dict[str, str]]

# The function that wrote the result of an image. Each writes its own item, so neither overwrites the other's.
SCANNER, REPORTER = "scanner", "reporter"
# ECR's digests all begin so, and with them the records of images.
IMAGES = "sha256:"
CHANGES = "change#"
COVERAGE = "coverage"

JOURNAL = "journal#"

LAST_DIGEST: Key = {"repository": {"S": "digest"}, "record": {"S": "last"}}


def result_key(image: ImageId, writer: str) -> Key:
    """Return the key of the result of an image that `writer` (SCANNER or REPORTER) knows."""
    return _key(str(image.repository), f"{image.digest}#{writer}")


def change_key(image: ImageId, at: datetime, fingerprint: str) -> Key:
    """Return the key of the changes that the scan of `at` found.

    `fingerprint` tells two changes of one scan apart: enhanced scanning adds findings to a scan, whose time stays.
    """
    moment = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return _key(str(image.repository), f"{CHANGES}{moment}#{image.digest}#{fingerprint}")


def coverage_key(repository: Repository) -> Key:
    """Return the key of the coverage of a repository."""
    return _key(str(repository), COVERAGE)


def pause_key(repository: Repository) -> Key:
    """Return the key of the pause of the repository's registry."""
    return _key(_registry(repository), "pause")


def budget_key(repository: Repository, now: datetime) -> Key:
    """Return the key of what the repository's registry has spent on the day of `now`, in UTC."""
    return _key(_registry(repository), f"budget#{now.astimezone(UTC):%Y-%m-%d}")


def journal_key(entry: JournalEntry, now: datetime) -> Key:
    """Return the key of a journal entry that is written at `now`."""
    at = now.astimezone(UTC)
    record = f"{journal_moment(at)}#{entry.repository}#{entry.change or entry.digest}"
    return _key(f"{JOURNAL}{at:%Y-%m-%d}", record)


def journal_moment(at: datetime) -> str:
    """Return what the records of a moment begin with, so that they are in the order of time."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def journal_entry_of(record: str) -> JournalEntry:
    """Return the entry of a record. Raises ValueError."""
    _, repository, what = record.split("#", 2)
    account, region, name = repository.split("/", 2)
    is_change = what.startswith(CHANGES)
    return JournalEntry(Repository(account, region, name), "" if is_change else what, what if is_change else "")


def partition_of(item: Mapping[str, Any]) -> str:
    """Return the partition of an item, empty when the item has none."""
    return text(item, "repository")


def record_of(item: Mapping[str, Any]) -> str:
    """Return the record of an item, empty when the item has none."""
    return text(item, "record")


def repository_of(partition: str) -> Repository | None:
    """Return the repository of a partition; None for the partition of a registry, or of the digest."""
    registry_id, region, name = (*partition.split("/", 2), "", "")[:3]
    return Repository(registry_id, region, name) if name else None


def digest_of(record: str) -> str:
    """Return the image digest of the record of a result."""
    digest, _, _ = record.partition("#")
    return digest


def is_of_reporter(record: str) -> bool:
    """Return whether the reporter wrote this result of an image."""
    return record.endswith(f"#{REPORTER}")


def change_of(record: str) -> tuple[datetime, str]:
    """Return the time of the scan and the image digest of a change. Raises ValueError."""
    _, at, digest, _ = record.split("#")
    return datetime.fromisoformat(at).astimezone(UTC), digest


def _registry(repository: Repository) -> str:
    return f"{repository.registry_id}/{repository.region}"


def _key(partition: str, record: str) -> Key:
    return {"repository": {"S": partition}, "record": {"S": record}}
