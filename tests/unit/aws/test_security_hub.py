from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from ecr_scan_reporter.aws.security_hub import SecurityHub
from ecr_scan_reporter.domain.findings.changes import Baseline
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.security_hub.asff import HubAccount
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clients import stubbed_client
from tests.unit.aws.clock import FakeClock, make_caller
from tests.unit.samples import DIGEST, FINDINGS, NOW, RESULT, SCANNED_IMAGE

IMPORTED = {"FailedCount": 0, "SuccessCount": 3, "FailedFindings": []}
UPDATED: dict[str, Any] = {"ProcessedFindings": [], "UnprocessedFindings": []}


@dataclass
class Sent:
    """A Security Hub of stubbed answers; `batches` has the ids that each call named."""

    stub: Stubber
    hub: SecurityHub
    problems: list[str]
    clock: FakeClock
    batches: list[list[str]] = field(default_factory=list)

    def collect(self, result: ScanResult = RESULT, before: tuple[Finding, ...] | None = None) -> None:
        baseline = None if before is None else Baseline(DIGEST, NOW - timedelta(days=7), before)
        self.hub.collect(SCANNED_IMAGE, result, baseline, NOW)
        self.stub.assert_no_pending_responses()


@pytest.fixture
def sent() -> Sent:
    client, stub = stubbed_client("securityhub")
    problems: list[str] = []
    clock = FakeClock()
    hub = SecurityHub(client, make_caller(clock), lambda: HubAccount("123456789012", "eu-west-1"), problems.append)
    made = Sent(stub, hub, problems, clock)

    def remember(params: dict[str, Any], **_: Any) -> None:
        made.batches.append([each["Id"] for each in params.get("Findings") or params["FindingIdentifiers"]])

    client.meta.events.register("provide-client-params.securityhub.*", remember)
    return made


def many(number: int) -> ScanResult:
    found = tuple(Finding(f"CVE-{index}", Severity.HIGH, "zlib", "1") for index in range(number))
    return ScanResult(ScanStatus.COMPLETE, RESULT.completed_at, findings=found)


def refused(number: int, code: str) -> dict[str, Any]:
    """Return the answer that the first findings of the last batch failed."""
    failed = [{"Id": f"{index}", "ErrorCode": code, "ErrorMessage": "why"} for index in range(number)]
    return {"FailedCount": number, "SuccessCount": 0, "FailedFindings": failed}


def test_findings_are_sent_in_batches_of_a_hundred(sent: Sent) -> None:
    for _ in range(3):
        sent.stub.add_response("batch_import_findings", IMPORTED)
    sent.collect(many(250))
    assert [len(batch) for batch in sent.batches] == [100, 100, 50]
    assert len({each for batch in sent.batches for each in batch}) == 250


@pytest.mark.parametrize(
    ("result", "before"),
    [(replace(RESULT, findings=()), None), (RESULT, FINDINGS), (replace(RESULT, status=ScanStatus.ACTIVE), None)],
    ids=["clean", "as before", "enhanced"],
)
def test_where_nothing_is_to_say_nothing_is_called(
    sent: Sent, result: ScanResult, before: tuple[Finding, ...] | None
) -> None:
    sent.collect(result, before)
    assert sent.batches == []


def test_suppressions_are_sent_after_the_import(sent: Sent) -> None:
    hidden = tuple(replace(finding, suppressed_by="rule-1") for finding in FINDINGS)
    sent.stub.add_response("batch_import_findings", IMPORTED)
    sent.stub.add_response(
        "batch_update_findings",
        UPDATED,
        {
            "FindingIdentifiers": ANY,
            "Workflow": {"Status": "SUPPRESSED"},
            "Note": {
                "Text": "ecr-scan-reporter: suppressed by the rule rule-1.",
                "UpdatedBy": "ecr-scan-reporter",
            },
        },
    )
    sent.collect(replace(RESULT, findings=hidden), FINDINGS)
    assert sorted(sent.batches[0]) == sorted(sent.batches[1])


def test_suppressions_are_sent_in_batches_of_a_hundred(sent: Sent) -> None:
    before = many(150)
    hidden = tuple(replace(finding, suppressed_by="rule-1") for finding in before.findings)
    for call, answer in [("batch_import_findings", IMPORTED)] * 2 + [("batch_update_findings", UPDATED)] * 2:
        sent.stub.add_response(call, answer)
    sent.collect(replace(before, findings=hidden), before.findings)
    assert [len(batch) for batch in sent.batches] == [100, 50, 100, 50]


@pytest.mark.parametrize("code", ["LimitExceededException", "TooManyRequestsException"])
def test_throttling_is_waited_for(sent: Sent, code: str) -> None:
    for _ in range(2):
        sent.stub.add_client_error("batch_import_findings", code, "Rate exceeded", 429)
    sent.stub.add_response("batch_import_findings", IMPORTED)
    sent.collect()
    assert len(sent.clock.sleeps) == 2
    assert sent.problems == []


def failing(sent: Sent, codes: list[str]) -> None:
    """Let the import fail for the first finding with these codes, one after the other, and then succeed."""
    first = expected_ids()[0]
    for code in codes:
        failed = [{"Id": first, "ErrorCode": code, "ErrorMessage": "why"}]
        sent.stub.add_response("batch_import_findings", {"FailedCount": 1, "SuccessCount": 0, "FailedFindings": failed})


def expected_ids() -> list[str]:
    from ecr_scan_reporter.domain.security_hub.asff import finding_id

    return [finding_id(SCANNED_IMAGE, finding) for finding in FINDINGS]


def test_only_findings_that_fail_for_the_moment_are_sent_again(sent: Sent) -> None:
    failing(sent, ["InternalError"])
    sent.stub.add_response("batch_import_findings", IMPORTED)
    sent.collect()
    assert sent.batches == [expected_ids(), expected_ids()[:1]]
    assert sent.problems == []


def test_findings_that_keep_failing_raise_an_error_of_the_library(sent: Sent) -> None:
    failing(sent, ["InternalError"] * 3)
    with pytest.raises(CallFailedError, match="InternalError: 1 findings; the first: why") as failure:
        sent.collect()
    assert failure.value.is_passing
    assert len(sent.batches) == 3


def test_a_finding_that_is_refused_for_good_is_logged_and_the_others_are_sent(sent: Sent) -> None:
    failing(sent, ["InvalidInput"])
    sent.stub.add_response("batch_update_findings", UPDATED)
    hidden = (replace(FINDINGS[0], suppressed_by="rule-1"), *FINDINGS[1:])
    sent.collect(replace(RESULT, findings=hidden), FINDINGS)
    assert sent.problems == ["Security Hub refused 1 findings; the first: InvalidInput: why"]


def test_a_batch_that_is_refused_is_logged_and_the_next_one_is_sent(sent: Sent) -> None:
    sent.stub.add_client_error("batch_import_findings", "InvalidInputException", "bad", 400)
    sent.stub.add_response("batch_import_findings", IMPORTED)
    sent.collect(many(150))
    assert sent.problems == ["Security Hub refused 100 findings; the first: InvalidInputException: bad"]


@pytest.mark.parametrize(
    ("code", "status"), [("InvalidAccessException", 401), ("AccessDeniedException", 403)], ids=["off", "denied"]
)
def test_a_hub_that_is_off_or_denied_is_logged_once_and_stops_no_report(sent: Sent, code: str, status: int) -> None:
    for _ in range(2):
        sent.stub.add_client_error("batch_import_findings", code, "not subscribed", status)
        sent.collect(many(150))
    assert sent.problems == [f"batch_import_findings failed: {code}: not subscribed"]


def test_a_finding_that_the_hub_does_not_know_yet_needs_no_change_of_workflow(sent: Sent) -> None:
    unknown = {
        "FindingIdentifier": {"Id": expected_ids()[0], "ProductArn": "arn"},
        "ErrorCode": "FindingNotFound",
        "ErrorMessage": "not there",
    }
    sent.stub.add_response("batch_import_findings", IMPORTED)
    sent.stub.add_response("batch_update_findings", {"ProcessedFindings": [], "UnprocessedFindings": [unknown]})
    sent.collect(replace(RESULT, findings=(replace(FINDINGS[0], suppressed_by="a"), *FINDINGS[1:])), FINDINGS)
    assert sent.problems == []


def test_an_outage_is_an_error_so_that_the_event_is_retried(sent: Sent) -> None:
    for _ in range(10):
        sent.stub.add_client_error("batch_import_findings", "InternalException", "down", 500)
    with pytest.raises(CallFailedError, match="InternalException"):
        sent.collect()
    assert sent.problems == []
