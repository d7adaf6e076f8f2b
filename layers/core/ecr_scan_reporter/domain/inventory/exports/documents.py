"""Records as JSON: one document with an array, or one record on each line (NDJSON). Written piece by piece."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from ecr_scan_reporter.domain.findings.documents import format_moment
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.inventory.exports.members import RecordType

Item = TypeVar("Item")


def snapshot_document(info: SnapshotInfo) -> dict[str, Any]:
    """Write which snapshot answers, and what it lacks."""
    return {
        "schema": info.schema,
        "generation": info.generation,
        "id": info.id,
        "builtAt": format_moment(info.built_at),
        "isComplete": info.is_complete,
        "pending": info.pending,
        "errors": list(info.errors),
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
