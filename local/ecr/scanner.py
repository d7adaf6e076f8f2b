"""Scans that start, and end after a while with ECR's event."""

import json
import threading
from collections.abc import Callable
from typing import Any

from moto.ecr.exceptions import LimitExceededException, ValidationException

from local.ecr.errors import RefusedScanException, UnsupportedImageTypeException
from local.ecr.media_types import Manifest
from local.ecr.records import RegistryState, Scan, ScanRecord, now

SCAN_QUOTA_SECONDS = 24 * 3600
Event = dict[str, Any]
Emit = Callable[[Event, str, str], None]
"""Takes an entry as PutEvents does, the account and the region."""


class Scanner:
    """Runs the scans of one emulator; `emit` puts the event on the default bus."""

    def __init__(self, state: RegistryState, emit: Emit) -> None:
        self._state = state
        self._emit = emit

    def start(self, backend: Any, repository: Any, image: Any) -> Scan:
        """Start a scan. Raises ECR's own errors for a refusal."""
        record = self._state.record((backend.account_id, backend.region_name, repository.name, image.image_digest))
        _refuse_enhanced(backend, record)
        _refuse_artifacts(image)
        _refuse_second_scan(record)
        if record.refusal:
            raise RefusedScanException(record.refusal.code, record.refusal.message)
        record.scan = Scan(record.next_outcome, now())
        seconds = self._state.scan_seconds if record.scan_seconds is None else record.scan_seconds
        timer = threading.Timer(seconds, self._finish, (backend, repository, image, record.scan))
        timer.daemon = True
        timer.start()
        return record.scan

    def _finish(self, backend: Any, repository: Any, image: Any, scan: Scan) -> None:
        scan.completed_at = now()
        self._emit(scan_event(repository, image, scan), backend.account_id, backend.region_name)


def scan_event(repository: Any, image: Any, scan: Scan) -> Event:
    """The documented event. That of a failed scan has no counts, so consumers must not rely on them."""
    detail: dict[str, Any] = {
        "scan-status": scan.outcome.status,
        "repository-name": repository.name,
        "image-digest": image.image_digest,
        "image-tags": list(image.image_tags),
    }
    if scan.outcome.status == "COMPLETE":
        detail["finding-severity-counts"] = scan.outcome.counts
    return {
        "Source": "aws.ecr",
        "DetailType": "ECR Image Scan",
        "Resources": [repository.arn],
        "Detail": json.dumps(detail),
    }


def _refuse_enhanced(backend: Any, record: ScanRecord) -> None:
    if record.next_outcome.is_enhanced or backend.get_registry_scanning_configuration()["scanType"] == "ENHANCED":
        raise ValidationException("This feature is disabled")


def _refuse_artifacts(image: Any) -> None:
    kind = Manifest(image.image_manifest).unscannable_type(image.image_manifest_media_type)
    if kind:
        raise UnsupportedImageTypeException(kind)


def _refuse_second_scan(record: ScanRecord) -> None:
    if record.scan and now() - record.scan.started_at < SCAN_QUOTA_SECONDS:
        raise LimitExceededException
