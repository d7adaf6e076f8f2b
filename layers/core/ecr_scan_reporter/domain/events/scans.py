"""The events that ECR sends after a basic scan, and Amazon Inspector after its first scan of an image.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-events.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.events.fields import detail_of, id_of, text_of, texts_of, time_of
from ecr_scan_reporter.domain.registry.arns import parse_repository_arn
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import RUNNING, ScanStatus
from ecr_scan_reporter.domain.severities import SeverityCounts, parse_counts
from ecr_scan_reporter.errors import InvalidInputError

ENHANCED_SCAN = "Inspector2 Scan"
MAX_COUNT = 1_000_000_000
# Running scans, and the statuses of the application.
_NOT_ENDED = RUNNING | {ScanStatus.NOT_SCANNED, ScanStatus.REFUSED, ScanStatus.UNKNOWN}
# The only documented status. ECR calls the scan of the image ACTIVE from then on.
_ENHANCED_STATUSES = {"INITIAL_SCAN_COMPLETE": ScanStatus.ACTIVE}


@dataclass(frozen=True, slots=True)
class ScanEvent:
    """The end of a scan of one image digest. `counts` and `tags` may be empty, above all after a failure.

    The counts of enhanced scanning stop at MEDIUM; ECR's API has all severities.
    """

    event_id: str
    image: ImageId
    status: ScanStatus
    at: datetime
    counts: SeverityCounts
    tags: tuple[str, ...] = ()
    is_enhanced: bool = False

    @classmethod
    def of_findings(cls, image: ImageId, at: datetime, tags: tuple[str, ...]) -> "ScanEvent":
        """Return the event for changed findings of an image. It has no counts: ECR's API has them."""
        return cls("", image, ScanStatus.UNKNOWN, at, {}, tags, is_enhanced=True)


def parse_scan_event(event: Mapping[str, Any], now: datetime) -> ScanEvent:
    """Read an `ECR Image Scan` or `Inspector2 Scan` event. Raises InvalidInputError, which names the wrong key.

    The images scanner sends the first kind too, with its own source, for a scan whose event was lost.
    """
    detail = detail_of(event, "'ECR Image Scan' or 'Inspector2 Scan'")
    is_enhanced = event.get("detail-type") == ENHANCED_SCAN
    repository = _enhanced_repository(detail) if is_enhanced else _repository(event, detail)
    return ScanEvent(
        event_id=id_of(event),
        image=ImageId(repository, text_of(detail, "image-digest")),
        status=_enhanced_status(detail) if is_enhanced else _status(detail),
        at=time_of(event, now),
        counts=_counts(detail),
        tags=_tags(detail),
        is_enhanced=is_enhanced,
    )


def _repository(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Repository:
    return Repository(text_of(event, "account"), text_of(event, "region"), text_of(detail, "repository-name"))


def _enhanced_repository(detail: Mapping[str, Any]) -> Repository:
    arn = text_of(detail, "repository-name")
    repository = parse_repository_arn(arn)
    if repository is None:
        raise InvalidInputError("repository-name of the event", arn, "the ARN of a repository in ECR")
    return repository


def _status(detail: Mapping[str, Any]) -> ScanStatus:
    text = text_of(detail, "scan-status")
    status = ScanStatus.parse(text)
    if status in _NOT_ENDED:
        raise InvalidInputError(
            "scan-status of the event", text, "a scan status of ECR, for example COMPLETE or FAILED"
        )
    return status


def _enhanced_status(detail: Mapping[str, Any]) -> ScanStatus:
    text = text_of(detail, "scan-status")
    if text not in _ENHANCED_STATUSES:
        raise InvalidInputError("scan-status of the event", text, " or ".join(_ENHANCED_STATUSES))
    return _ENHANCED_STATUSES[text]


def _counts(detail: Mapping[str, Any]) -> SeverityCounts:
    counts = detail.get("finding-severity-counts") or {}
    if not isinstance(counts, Mapping) or not all(isinstance(n, int) and 0 <= n <= MAX_COUNT for n in counts.values()):
        raise InvalidInputError("finding-severity-counts of the event", counts, "a number for each severity")
    return parse_counts(counts)


def _tags(detail: Mapping[str, Any]) -> tuple[str, ...]:
    tags = detail.get("image-tags") or []
    if not isinstance(tags, list):
        raise InvalidInputError("image-tags of the event", tags, "a list of tags")
    return texts_of(tags)
