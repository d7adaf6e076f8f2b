"""Operations of tests and the demo that no AWS API has: push into the past, choose findings."""

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
    Refusal,
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
        """Create the repository `name`, if missing; optional `scanOnPush`, `tagMutability`, and `awsTags` by key."""
        backend = _backend(fields)
        if fields["name"] not in backend.repositories:
            scanning = {"scanOnPush": bool(fields.get("scanOnPush"))}
            tags = [{"Key": key, "Value": value} for key, value in fields.get("awsTags", {}).items()]
            backend.create_repository(fields["name"], None, None, scanning, fields.get("tagMutability"), tags)
        return {"repositoryArn": backend.repositories[fields["name"]].arn}

    def add_image(self, fields: Fields) -> dict[str, Any]:
        """Push `manifest` to `repository`, with `tags`, `pushedHoursAgo`, `pulledHoursAgo`, and its scans.

        Its scans end with `findings` or `unsupportedSystem` ({"name", "version"}); one ended `scannedHoursAgo`.
        With `enhancedFindings`, in ECR's shape, Amazon Inspector has scanned the image. `status` is another end of its
        scans, `scanSeconds` their length, `refusal` ({"code", "message"}) the error with which ECR starts none.
        """
        backend, manifest = _backend(fields), json.dumps(fields["manifest"])
        digest = manifests.digest(fields["manifest"])
        for tag in fields.get("tags") or [None]:
            image = backend.put_image(fields["repository"], manifest, tag, None, digest)
        image.image_pushed_at = int(_moment(fields, "pushedHoursAgo") or now())
        record = self._state.record((backend.account_id, backend.region_name, fields["repository"], digest))
        record.pulled_at = _moment(fields, "pulledHoursAgo")
        record.next_outcome = _outcome(fields)
        record.scan_seconds = fields.get("scanSeconds")
        record.refusal = Refusal(**fields["refusal"]) if fields.get("refusal") else None
        _add_scan(record, _moment(fields, "scannedHoursAgo"))
        return {"imageDigest": digest}

    def set_findings(self, fields: Fields) -> dict[str, Any]:
        """Set the result of the next scans of `repository` and `imageDigest`; `enhancedFindings` are there at once."""
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
        """Set `scanFields` (DescribeImages has scan fields, as before AWS_NATIVE) and `scanSeconds` (of one scan)."""
        self._state.has_scan_fields = bool(fields.get("scanFields", self._state.has_scan_fields))
        self._state.scan_seconds = float(fields.get("scanSeconds", self._state.scan_seconds))
        return {}

    def reset(self, _: Fields) -> dict[str, Any]:
        """Forget all repositories, images, scans and counts."""
        ecr_backends.reset()
        self._state.clear()
        return {}

    def calls(self, _: Fields) -> dict[str, Any]:
        """The number of calls of each operation."""
        return dict(self._state.calls)

    def clear_calls(self, _: Fields) -> dict[str, Any]:
        """Reset the counts."""
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
    if fields.get("status"):
        return Outcome(fields["status"], fields.get("statusDescription", ""))
    if fields.get("enhancedFindings") is not None:
        return Outcome(ENHANCED_STATUS, WATCHED, tuple(fields["enhancedFindings"]))
    return Outcome("COMPLETE", SCANNED, tuple(fields.get("findings", ())))


def _add_scan(record: ScanRecord, completed_at: float | None) -> None:
    # Inspector scans by itself.
    if completed_at is None and record.next_outcome.is_enhanced:
        completed_at = now()
    if completed_at is not None:
        record.scan = Scan(record.next_outcome, completed_at, completed_at)
