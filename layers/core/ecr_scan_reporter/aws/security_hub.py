"""AWS Security Hub, as the provider of findings of the own account."""

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
"""Code and message by the id of a finding."""

# https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html, and BatchUpdateFindings
BATCH_SIZE = 100
ATTEMPTS = 3
# Faults that an answer names for single findings, and that pass.
PASSING_CODES = frozenset(
    {"InternalError", "InternalException", "InternalFailure", "InternalServerError", "ServiceUnavailable"}
    | {"ConcurrentUpdateError", "LimitExceeded", "LimitExceededException", "Throttling", "ThrottlingException"}
)
# It was imported a moment ago for the first time: then with the right workflow.
_NOT_THERE_YET = "FindingNotFound"
# Security Hub is not switched on in this account and region.
_OFF = "InvalidAccessException"


class SecurityHub:
    """Sends findings to the Security Hub of one account and region.

    `hub` is asked once, with the first result. `on_problem` hears of what Security Hub refuses:
    that must not keep a report from people.
    """

    # The stubs of boto3 for this service are larger than all that is used of it.
    def __init__(
        self, client: Any, caller: Caller, hub: Callable[[], HubAccount], on_problem: Callable[[str], None]
    ) -> None:
        self._client = client
        self._caller = caller
        self._hub = cache(hub)
        self._on_problem = on_problem
        self._has_told_off = False

    def collect(self, image: ScannedImage, result: ScanResult, baseline: Baseline | None, now: datetime) -> None:
        """Write what is new, gone or different; again is no harm. Raises CallFailedError for a fault that may pass."""
        try:
            update, hub = hub_update(image, result, baseline, self._hub(), now), self._client
            for findings in chunks(update.findings, BATCH_SIZE):
                self._send({finding["Id"]: finding for finding in findings}, self._import, hub.batch_import_findings)
            for change in update.workflows:
                for ids in chunks(change.finding_ids, BATCH_SIZE):
                    self._send(dict.fromkeys(ids, change), self._update, hub.batch_update_findings)
        except CallFailedError as error:
            if error.code != _OFF and not error.is_denied:
                raise
            self._tell_off(str(error))

    def _tell_off(self, reason: str) -> None:
        """Tell once that nothing can be sent at all."""
        if not self._has_told_off:
            self._on_problem(reason)
        self._has_told_off = True

    def _send(
        self,
        items: Mapping[str, Item],
        attempt: Callable[[Mapping[str, Item]], Failures],
        operation: Callable[..., object],
    ) -> None:
        """Send a batch; what fails in it for the moment is sent again, what is refused is told."""
        failed: Failures = {}

        def send(batch: Mapping[str, Item]) -> Mapping[str, Item]:
            nonlocal failed
            failed = self._attempt(batch, attempt)
            left = {key: batch[key] for key, (code, _) in failed.items() if code in PASSING_CODES and key in batch}
            self._tell_refused({key: failure for key, failure in failed.items() if key not in left})
            return left

        left = retry_undone(self._caller, operation, items, send, ATTEMPTS)
        if left:
            code, message = next(failed[key] for key in left)
            raise CallFailedError(
                attempt.__name__, code, f"{len(left)} findings; the first: {message}", is_passing=True
            )

    def _attempt(self, items: Mapping[str, Item], attempt: Callable[[Mapping[str, Item]], Failures]) -> Failures:
        try:
            return attempt(items)
        except CallFailedError as error:
            if error.is_passing or error.is_denied or error.code == _OFF:
                raise
            return dict.fromkeys(items, (error.code, error.message))

    def _tell_refused(self, failed: Failures) -> None:
        refused = [failure for failure in failed.values() if failure[0] != _NOT_THERE_YET]
        if refused:
            code, message = refused[0]
            self._on_problem(f"Security Hub refused {len(refused)} findings; the first: {code}: {message}")

    def _import(self, findings: Mapping[str, dict[str, Any]]) -> Failures:
        answer = self._caller(self._client.batch_import_findings, Findings=list(findings.values()))
        failed = answer.get("FailedFindings", ())
        return {entry["Id"]: (entry["ErrorCode"], entry["ErrorMessage"]) for entry in failed}

    def _update(self, changes: Mapping[str, WorkflowChange]) -> Failures:
        """Change the workflow of findings that all change in the same way."""
        change = next(iter(changes.values()))
        answer = self._caller(
            self._client.batch_update_findings,
            FindingIdentifiers=[{"Id": key, "ProductArn": change.product_arn} for key in changes],
            Workflow={"Status": change.status},
            Note={"Text": change.note, "UpdatedBy": PRODUCT},
        )
        failed = answer.get("UnprocessedFindings", ())
        return {entry["FindingIdentifier"]["Id"]: (entry["ErrorCode"], entry["ErrorMessage"]) for entry in failed}
