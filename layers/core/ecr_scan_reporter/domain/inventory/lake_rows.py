"""The rows of the lake: flat JSON objects on lines of their own, for Athena and other engines of SQL.

A fact that nobody knows is absent, and so is an empty list: SQL reads NULL. Numbers of findings are always there.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import importance_of
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, InventoryImage, SnapshotInfo
from ecr_scan_reporter.domain.inventory.lake import severity_column
from ecr_scan_reporter.domain.severities import Severity

_ABSENT: tuple[object, ...] = (None, "", [])
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def image_line(image: InventoryImage) -> bytes:
    """Return the row of an image as UTF-8, with its line break."""
    facts = {
        **_identity(image),
        "pushed_at": _moment(image.pushed_at),
        "pulled_at": _moment(image.pulled_at),
        "size_bytes": image.size_bytes,
        "status": image.status.value,
        "scan_status": image.scan_status.value,
        "scanned_at": _moment(image.scanned_at),
        "description": image.description,
        **{severity_column(each): image.counts.get(each, 0) for each in Severity},
        **{severity_column(each, suppressed=True): image.suppressed.get(each, 0) for each in Severity},
        "fixable": image.fixable,
        "exploited": image.exploited,
        "epss": _number(image.epss),
        "is_in_use": image.is_in_use,
        "places": list(image.places),
        "is_pending": image.is_pending,
        "ransomware": image.ransomware,
        "with_exploit": image.with_exploit,
        "likely": image.likely,
        "overdue": image.overdue,
        "overdue_since": _date(image.overdue_since),
    }
    return _json(facts) + b"\n"


def finding_lines(found: ImageFindings, info: SnapshotInfo) -> Iterator[bytes]:
    """Yield the row of each finding of an image of this snapshot as UTF-8, with its line break."""
    # The identity of the image is written once: a large image has thousands of findings.
    beginning = _json(_identity(found.image))[:-1] + b","
    for finding in found.findings:
        yield beginning + _json(_finding(finding, found.image, info))[1:] + b"\n"


def _identity(image: InventoryImage) -> dict[str, Any]:
    repository = image.repository
    return {
        "registry_id": repository.registry_id,
        "region": repository.region,
        "repository": repository.name,
        "digest": image.digest,
        "tags": list(image.tags),
        "owner": image.owner,
    }


def _finding(finding: Finding, image: InventoryImage, info: SnapshotInfo) -> dict[str, Any]:
    exploit = finding.exploit
    return {
        "name": finding.name,
        "package": finding.package,
        "version": finding.version,
        "also_in": [package for package, _ in finding.also],
        "severity": finding.severity.value,
        "score": _number(finding.score),
        "uri": finding.uri,
        "fixed_in": finding.fixed_in,
        "fix_available": finding.fix_available,
        "is_fixable": finding.is_fixable,
        "exploit_available": finding.exploit_available,
        "is_exploited": info.is_exploited(finding),
        "epss": _number(finding.epss),
        "first_seen_on": _day(finding.first_seen_at),
        "suppressed_by": finding.suppressed_by,
        "is_in_use": image.is_in_use,
        "importance": int(importance_of(finding)),
        "ransomware": exploit.has_ransomware if exploit else None,
        "kev_added": _date(exploit.added if exploit else None),
        "kev_due": _date(exploit.due if exploit else None),
        "is_likely": finding.is_likely,
        "due_on": _date(info.due_on(finding)),
        "overdue_days": info.days_overdue(finding),
    }


def _json(facts: Mapping[str, Any]) -> bytes:
    known = {name: value for name, value in facts.items() if value not in _ABSENT}
    # Half of a surrogate pair is no UTF-8: one in a text of others would make the file of a whole day unreadable.
    return _encode(known).encode("utf-8", "replace")


def _moment(moment: datetime | None) -> str | None:
    """Write a moment in UTC, to the second, as https://docs.aws.amazon.com/athena/latest/ug/data-types.html has it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if moment else None


def _date(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(moment: datetime | None) -> str | None:
    return _date(moment.astimezone(UTC).date()) if moment else None


def _number(number: float | None) -> float | None:
    # JSON has no other numbers.
    return number if number is not None and isfinite(number) else None
