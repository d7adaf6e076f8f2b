"""The event that ECR sends when a scan has ended.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.images import Repository
from ecr_scan_reporter.domain.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import SeverityCounts, parse_counts
from ecr_scan_reporter.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class ScanEvent:
    """A scan of one image digest has ended. `counts` and `tags` may be empty, most of all when it failed."""

    event_id: str
    repository: Repository
    digest: str
    status: ScanStatus
    at: datetime
    counts: SeverityCounts
    tags: tuple[str, ...] = ()


def parse_scan_event(event: Mapping[str, Any]) -> ScanEvent:
    """Read an `ECR Image Scan` event; raise InvalidInputError that names the key that is wrong or missing."""
    if not isinstance(event, Mapping):
        raise InvalidInputError("the event", event, "an 'ECR Image Scan' event of EventBridge")
    detail = event.get("detail")
    if not isinstance(detail, Mapping):
        raise InvalidInputError("detail of the event", detail, "the detail of an 'ECR Image Scan' event")
    return ScanEvent(
        event_id=str(event.get("id") or ""),
        repository=Repository(_text(event, "account"), _text(event, "region"), _text(detail, "repository-name")),
        digest=_text(detail, "image-digest"),
        status=_status(detail),
        at=_time(event),
        counts=_counts(detail),
        tags=_tags(detail),
    )


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidInputError(f"{key} of the event", value, "a text that is not empty")
    return value


def _status(detail: Mapping[str, Any]) -> ScanStatus:
    text = _text(detail, "scan-status")
    status = ScanStatus.parse(text)
    if status is ScanStatus.UNKNOWN:
        raise InvalidInputError(
            "scan-status of the event", text, "a scan status of ECR, for example COMPLETE or FAILED"
        )
    return status


def _counts(detail: Mapping[str, Any]) -> SeverityCounts:
    counts = detail.get("finding-severity-counts") or {}
    if not isinstance(counts, Mapping) or not all(isinstance(n, int) and n >= 0 for n in counts.values()):
        raise InvalidInputError("finding-severity-counts of the event", counts, "a number for each severity")
    return parse_counts(counts)


def _tags(detail: Mapping[str, Any]) -> tuple[str, ...]:
    tags = detail.get("image-tags") or []
    if not isinstance(tags, list):
        raise InvalidInputError("image-tags of the event", tags, "a list of tags")
    return tuple(str(tag) for tag in tags)


def _time(event: Mapping[str, Any]) -> datetime:
    text = _text(event, "time")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError("time of the event", text, "a moment such as 2026-01-31T12:00:00Z") from error
    if moment.tzinfo is None:
        raise InvalidInputError("time of the event", text, "a moment with its time zone, such as 2026-01-31T12:00:00Z")
    return moment
