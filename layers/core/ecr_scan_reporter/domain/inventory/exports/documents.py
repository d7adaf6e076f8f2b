"""Records as JSON: one document with an array, or one record on each line (NDJSON). Written piece by piece."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from ecr_scan_reporter.domain.exploits.documents import copy_document
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.inventory.exports.members import RecordType
from ecr_scan_reporter.domain.moments import format_moment

Item = TypeVar("Item")


def snapshot_document(info: SnapshotInfo) -> dict[str, Any]:
    """Write which snapshot answers, what it lacks, and by which feeds and deadlines it weighs findings."""
    return {
        "schema": info.schema,
        "generation": info.generation,
        "id": info.id,
        "builtAt": format_moment(info.built_at),
        "isComplete": info.is_complete,
        "pending": info.pending,
        "errors": list(info.errors),
        **feeds_document(info),
        "remediationDays": str(info.remediation_days),
    }


def feeds_document(info: SnapshotInfo) -> dict[str, Any]:
    """Write the copies of the feeds; null for one that is off, or was never fetched."""
    return {
        "kev": copy_document(info.kev) if info.kev else None,
        "epss": copy_document(info.epss) if info.epss else None,
    }


def json_document(records: RecordType[Item], items: Iterable[Item], *, info: SnapshotInfo, total: int) -> Iterator[str]:
    """Yield the pieces of `{"snapshot": {...}, "total": n, "items": [...]}`, one for each item.

    `total` counts the whole list, of which `items` may be a page. The text is ASCII.
    """
    yield f'{{"snapshot": {json.dumps(snapshot_document(info))}, "total": {total}, "items": ['
    separator = "\n"
    for item in items:
        yield f"{separator}{json.dumps(records.record(item))}"
        separator = ",\n"
    yield "\n]}\n"


def ndjson_lines(records: RecordType[Item], items: Iterable[Item]) -> Iterator[str]:
    """Yield one line for each item: its record as JSON. The text is ASCII.

    https://github.com/ndjson/ndjson-spec
    """
    for item in items:
        yield f"{json.dumps(records.record(item))}\n"
