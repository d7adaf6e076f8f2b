"""What a file says of its snapshot."""

import json
from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any

from ecr_scan_reporter.domain.exploits.documents import copy_document, parse_copy
from ecr_scan_reporter.domain.exploits.known import FeedCopy
from ecr_scan_reporter.domain.findings.remediation import parse_remediation_days
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.rows import moment, seconds
from ecr_scan_reporter.snapshot.schema import SCHEMA

_DATABASES = ("main", "f", "h")


def write_meta(connection: Connection, info: SnapshotInfo, facts: Mapping[str, str]) -> None:
    """Write into each file which snapshot it is of, and `facts` for the next build."""
    values = {
        "schema": SCHEMA,
        "generation": info.generation,
        "id": info.id,
        "built_at": seconds(info.built_at),
        "complete": int(info.is_complete),
        "pending": info.pending,
        "errors": json.dumps(info.errors),
        "kev": json.dumps(copy_document(info.kev)) if info.kev else None,
        "epss": json.dumps(copy_document(info.epss)) if info.epss else None,
        "remediation_days": str(info.remediation_days),
        **facts,
    }
    for database in _DATABASES:
        connection.executemany(f"INSERT OR REPLACE INTO {database}.meta VALUES(?, ?)", values.items())


def read_info(meta: Mapping[str, Any]) -> SnapshotInfo:
    """Return which snapshot a file is of."""
    built_at = moment(meta["built_at"])
    if built_at is None:
        raise InvalidInputError("built_at of the snapshot", None, "a moment")
    return SnapshotInfo(
        schema=int(meta["schema"]),
        generation=int(meta["generation"]),
        id=str(meta["id"]),
        built_at=built_at,
        is_complete=bool(meta["complete"]),
        pending=int(meta["pending"]),
        errors=tuple(json.loads(meta["errors"])),
        kev=_copy(meta["kev"]),
        epss=_copy(meta["epss"]),
        remediation_days=parse_remediation_days(meta["remediation_days"], "remediation_days of the snapshot"),
    )


def _copy(text: str | None) -> FeedCopy | None:
    return parse_copy(json.loads(text)) if text else None
