"""What a test or the demo can do to this ECR, and no AWS API can: push into the past, choose findings."""

import json
from collections.abc import Mapping
from typing import Any

from moto.ecr.models import ecr_backends

from local import manifests
from local.ecr.records import (
    ENHANCED_STATUS,
    SCANNED,
    UNSUPPORTED_SYSTEM,
    WATCHED,
    Outcome,
    RegistryState,
    Scan,
    ScanRecord,
    now,
)
from local.identity import ACCOUNT, REGION

Fields = Mapping[str, Any]
HOUR = 3600


class RegistryControl:
    """The operations behind /_local/ecr/. Each takes and returns JSON objects."""

    def __init__(self, state: RegistryState) -> None:
        self._state = state

    def add_repository(self, fields: Fields) -> dict[str, Any]:
        """Create `name` if it is not there; optional `scanOnPush`, `tagMutability`, and `awsTags` by key."""
        backend = _backend(fields)
        if fields["name"] not in backend.repositories:
            scanning = {"scanOnPush": bool(fields.get("scanOnPush"))}
            tags = [{"Key": key, "Value": value} for key, value in fields.get("awsTags", {}).items()]
            backend.create_repository(fields["name"], None, None, scanning, fields.get("tagMutability"), tags)
        return {"repositoryArn": backend.repositories[fields["name"]].arn}

    def add_image(self, fields: Fields) -> dict[str, Any]:
        """Push `manifest` to `repository`, with `tags`, `pushedHoursAgo`, `pulledHoursAgo`, and its scans.

        `findings` or `unsupportedSystem` ({"name", "version"}) say how scans end; `scannedHoursAgo`, when one has.
        `enhancedFindings`, in ECR's shape, make it an image that Amazon Inspector has scanned.
        """
        backend, manifest = _backend(fields), json.dumps(fields["manifest"])
        digest = manifests.digest(fields["manifest"])
        for tag in fields.get("tags") or [None]:
            image = backend.put_image(fields["repository"], manifest, tag, None, digest)
        image.image_pushed_at = int(_moment(fields, "pushedHoursAgo") or now())
        record = self._state.record((backend.account_id, backend.region_name, fields["repository"], digest))
        record.pulled_at = _moment(fields, "pulledHoursAgo")
        record.next_outcome = _outcome(fields)
        _add_scan(record, _moment(fields, "scannedHoursAgo"))
        return {"imageDigest": digest}

    def set_findings(self, fields: Fields) -> dict[str, Any]:
        """Let the next scans of `repository` and `imageDigest` end otherwise; `enhancedFindings` are there at once."""
        backend = _backend(fields)
        key = (backend.account_id, backend.region_name, fields["repository"], fields["imageDigest"])
        record = self._state.records[key]
        record.next_outcome = _outcome(fields)
        _add_scan(record, None)
        return {}

    def age_scans(self, fields: Fields) -> dict[str, Any]:
        """Move all scans `hours` into the past, so that ECR allows another."""
        return {"scans": self._state.age_scans(fields["hours"] * HOUR)}

    def set_options(self, fields: Fields) -> dict[str, Any]:
        """`scanFields`: DescribeImages tells of scans, as before AWS_NATIVE; `scanSeconds`: how long a scan takes."""
        self._state.has_scan_fields = bool(fields.get("scanFields", self._state.has_scan_fields))
        self._state.scan_seconds = float(fields.get("scanSeconds", self._state.scan_seconds))
        return {}

    def reset(self, _: Fields) -> dict[str, Any]:
        """Forget all repositories, images, scans and counts."""
        ecr_backends.reset()
        self._state.clear()
        return {}

    def calls(self, _: Fields) -> dict[str, Any]:
        """How often each operation was called."""
        return dict(self._state.calls)

    def clear_calls(self, _: Fields) -> dict[str, Any]:
        """Count from here."""
        self._state.calls.clear()
        return {}


def _backend(fields: Fields) -> Any:
    return ecr_backends[fields.get("account", ACCOUNT)][fields.get("region", REGION)]


def _moment(fields: Fields, name: str) -> float | None:
    return now() - fields[name] * HOUR if fields.get(name) is not None else None


def _outcome(fields: Fields) -> Outcome:
    system = fields.get("unsupportedSystem")
    if system:
        return Outcome("FAILED", UNSUPPORTED_SYSTEM.format(**system))
    if fields.get("enhancedFindings") is not None:
        return Outcome(ENHANCED_STATUS, WATCHED, tuple(fields["enhancedFindings"]))
    return Outcome("COMPLETE", SCANNED, tuple(fields.get("findings", ())))


def _add_scan(record: ScanRecord, completed_at: float | None) -> None:
    # Inspector scans by itself: nobody has to start it.
    if completed_at is None and record.next_outcome.is_enhanced:
        completed_at = now()
    if completed_at is not None:
        record.scan = Scan(record.next_outcome, completed_at, completed_at)
