"""AWS Security Hub: imports findings as a product of this account."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from ecr_scan_reporter.aws.batches import retry_undone
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.domain.chunks import chunks
from ecr_scan_reporter.domain.findings.changes import Baseline
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.registry.images import ScannedImage
from ecr_scan_reporter.domain.security_hub.asff import PRODUCT, HubAccount
from ecr_scan_reporter.domain.security_hub.update import WorkflowChange, hub_update
from ecr_scan_reporter.errors import CallFailedError

Item = TypeVar("Item")
Failures = Mapping[str, tuple[str, str]]
"""Code and message of each failed finding, by its id."""

# https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html, and BatchUpdateFindings
BATCH_SIZE = 100
ATTEMPTS = 3
# Passing faults of single findings, in the body of a response.
PASSING_CODES = frozenset(
    {"InternalError", "InternalException", "InternalFailure", "InternalServerError", "ServiceUnavailable"}
    | {"ConcurrentUpdateError", "LimitExceeded", "LimitExceededException", "Throttling", "ThrottlingException"}
)
# A finding whose first import was a moment ago: it has the right workflow already.
_NOT_IMPORTED_YET = "FindingNotFound"
# Security Hub is not enabled in this account and region.
_NOT_ENABLED = "InvalidAccessException"


class SecurityHub:
    """Sends findings to the Security Hub of one account and region.

    Calls `hub` once, with the first result. `on_problem` gets a sentence about each refusal of Security Hub, which must
    not hold up a report.
    """

    # `Any`, because the stubs of boto3 for this service are large.
    def __init__(
        self, client: Any, caller: Caller, hub: Callable[[], HubAccount], on_problem: Callable[[str], None]
    ) -> None:
        self._client = client
        self._caller = caller
        self._hub = cache(hub)
        self._on_problem = on_problem
        self._is_reported_as_off = False

    def collect(self, image: ScannedImage, result: ScanResult, baseline: Baseline | None, now: datetime) -> None:
        """Write new, fixed and changed findings; repeatable. Raises CallFailedError for a passing fault."""
        try:
            update, hub = hub_update(image, result, baseline, self._hub(), now), self._client
            for findings in chunks(update.findings, BATCH_SIZE):
                self._send({finding["Id"]: finding for finding in findings}, self._import, hub.batch_import_findings)
            for change in update.workflows:
                for ids in chunks(change.finding_ids, BATCH_SIZE):
                    self._send(dict.fromkeys(ids, change), self._update, hub.batch_update_findings)
        except CallFailedError as error:
            if error.code != _NOT_ENABLED and not error.is_denied:
                raise
            self._report_once_as_off(str(error))

    def _report_once_as_off(self, reason: str) -> None:
        """Report once that Security Hub takes no findings."""
        if not self._is_reported_as_off:
            self._on_problem(reason)
        self._is_reported_as_off = True

    def _send(
        self,
        items: Mapping[str, Item],
        attempt: Callable[[Mapping[str, Item]], Failures],
        operation: Callable[..., object],
    ) -> None:
        """Send a batch: retry passing faults, report refused findings."""
        failed: Failures = {}

        def send(batch: Mapping[str, Item]) -> Mapping[str, Item]:
            nonlocal failed
            failed = self._attempt(batch, attempt)
            passing = {key: batch[key] for key, (code, _) in failed.items() if code in PASSING_CODES and key in batch}
            self._report_refused({key: failure for key, failure in failed.items() if key not in passing})
            return passing

        remaining = retry_undone(self._caller, operation, items, send, ATTEMPTS)
        if remaining:
            code, message = next(failed[key] for key in remaining)
            raise CallFailedError(
                attempt.__name__, code, f"{len(remaining)} findings; the first: {message}", is_passing=True
            )

    def _attempt(self, items: Mapping[str, Item], attempt: Callable[[Mapping[str, Item]], Failures]) -> Failures:
        try:
            return attempt(items)
        except CallFailedError as error:
            if error.is_passing or error.is_denied or error.code == _NOT_ENABLED:
                raise
            return dict.fromkeys(items, (error.code, error.message))

    def _report_refused(self, failed: Failures) -> None:
        refused = [failure for failure in failed.values() if failure[0] != _NOT_IMPORTED_YET]
        if refused:
            code, message = refused[0]
            self._on_problem(f"Security Hub refused {len(refused)} findings; the first: {code}: {message}")

    def _import(self, findings: Mapping[str, dict[str, Any]]) -> Failures:
        response = self._caller(self._client.batch_import_findings, Findings=list(findings.values()))
        failed = response.get("FailedFindings", ())
        return {entry["Id"]: (entry["ErrorCode"], entry["ErrorMessage"]) for entry in failed}

    def _update(self, changes: Mapping[str, WorkflowChange]) -> Failures:
        """Set the workflow of findings that all get the same."""
        change = next(iter(changes.values()))
        response = self._caller(
            self._client.batch_update_findings,
            FindingIdentifiers=[{"Id": key, "ProductArn": change.product_arn} for key in changes],
            Workflow={"Status": change.status},
            Note={"Text": change.note, "UpdatedBy": PRODUCT},
        )
        failed = response.get("UnprocessedFindings", ())
        return {entry["FindingIdentifier"]["Id"]: (entry["ErrorCode"], entry["ErrorMessage"]) for entry in failed}
