import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import reporter
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError
from tests.integration.account import ACCOUNT_ID, REGION, Account, LambdaContext
from tests.integration.emf import metrics_in
from tests.recorded_events import load_event

FINDINGS = [
    {
        "name": "CVE-2023-38545",
        "severity": "CRITICAL",
        "uri": "https://security.example/CVE-2023-38545",
        "attributes": [
            {"key": "package_name", "value": "curl"},
            {"key": "package_version", "value": "7.88.1-10"},
            {"key": "CVSS3_SCORE", "value": "9.8"},
        ],
    },
    {"name": "CVE-2011-3374", "severity": "LOW", "description": "apt checks too little."},
]
RESULT: dict[str, Any] = {
    "imageScanCompletedAt": "2026-01-31T04:00:48Z",
    "findingSeverityCounts": {"CRITICAL": 1, "LOW": 1},
    "findings": FINDINGS,
}


def ended(digest: str, name: str = "scan_complete", **changes: Any) -> dict[str, Any]:
    """Return the recorded event for this image."""
    event = load_event(name) | changes
    event["detail"] |= {"repository-name": "team/app", "image-digest": digest}
    return event


@pytest.fixture
def digest(account: Account) -> str:
    """An image of team/app."""
    account.new_repositories("team/app")
    return account.push("team/app", "1.2")


@pytest.fixture
def vulnerable(account: Account, digest: str) -> str:
    """An image of team/app that was scanned and has two findings."""
    account.finds("team/app", digest, "COMPLETE", **RESULT)
    return digest


def test_a_scan_with_findings_is_told_once_with_all_facts(account: Account, vulnerable: str) -> None:
    answer = reporter.lambda_handler(ended(vulnerable), LambdaContext())
    (report,) = account.reports()
    assert answer["reported"] is True
    assert answer["reason"] == "THRESHOLDS_BREACHED"
    assert answer["messageId"]
    assert report["subject"] == "CRITICAL: team/app:1.2 - 1 critical, 1 low"
    assert report["attributes"] == {
        "severity": "CRITICAL",
        "newSeverity": "CRITICAL",
        "repository": "team/app",
        "reason": "THRESHOLDS_BREACHED",
        "region": REGION,
        "registryId": "123456789012",
        "hasNew": "true",
        "hasExploited": "false",
    }
    document = report["document"]
    assert document["counts"]["CRITICAL"] == 1
    assert (document["imageDigest"], document["imageTags"]) == (vulnerable, ["1.2"])
    assert document["findings"][0] == {
        "name": "CVE-2023-38545",
        "severity": "CRITICAL",
        "package": "curl",
        "version": "7.88.1-10",
        "score": 9.8,
        "firstSeenAt": "2026-01-31T04:00:48Z",
        "uri": "https://security.example/CVE-2023-38545",
    }


def test_ledger_and_bucket_remember_the_result(account: Account, vulnerable: str) -> None:
    reporter.lambda_handler(ended(vulnerable), LambdaContext())
    item = account.ledger()[f"{vulnerable}#reporter"]
    assert item["repository"] == {"S": f"123456789012/{REGION}/team/app"}
    assert item["status"] == {"S": "COMPLETE"}
    assert item["scannedAt"] == {"N": "1769832048"}
    assert item["counts"] == {"M": {"CRITICAL": {"N": "1"}, "LOW": {"N": "1"}}}
    ((key, document),) = account.stored_findings().items()
    assert key == f"findings/123456789012/{REGION}/team/app/{vulnerable.replace(':', '-')}.json"
    assert [finding["name"] for finding in document["findings"]] == ["CVE-2023-38545", "CVE-2011-3374"]
    assert document["findings"][1]["description"] == "apt checks too little."
    assert account.reports()[0]["document"]["findingsUri"] == f"s3://findings/{key}"


def test_the_reporter_reports_the_same_event_once_when_it_comes_twice(account: Account, vulnerable: str) -> None:
    answers = [reporter.lambda_handler(ended(vulnerable), LambdaContext()) for _ in range(2)]
    assert [answer["reported"] for answer in answers] == [True, False]
    assert len(account.reports()) == 1


@pytest.mark.parametrize("notify_on", ["ALL", "NEW", "CHANGED"])
@pytest.mark.parametrize("order", [("aws.ecr", "ecr-scan-reporter"), ("ecr-scan-reporter", "aws.ecr")])
def test_a_scan_is_told_once_when_its_event_comes_and_is_recovered_too(
    account: Account, vulnerable: str, monkeypatch: pytest.MonkeyPatch, notify_on: str, order: tuple[str, str]
) -> None:
    monkeypatch.setenv("NOTIFY_ON", notify_on)
    times = {"aws.ecr": "2026-01-31T04:00:50Z", "ecr-scan-reporter": "2026-01-31T04:00:48Z"}
    for source in order:
        event = ended(vulnerable, id=f"that of {source}", source=source, time=times[source])
        reporter.lambda_handler(event, LambdaContext())
    assert len(account.reports()) == 1
    assert account.ledger()[f"{vulnerable}#reporter"]["scannedAt"] == {"N": "1769832048"}


def test_an_event_whose_report_failed_is_told_when_it_comes_again(account: Account, vulnerable: str) -> None:
    account.sns.delete_topic(TopicArn=account.topic_arn)
    with pytest.raises(CallFailedError, match="publish failed: NotFound"):
        reporter.lambda_handler(ended(vulnerable), LambdaContext())
    account.new_topic()
    assert reporter.lambda_handler(ended(vulnerable), LambdaContext())["reported"] is True
    assert len(account.reports()) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("SCAN_LEDGER_TABLE",),
        ("FINDINGS_BUCKET",),
        ("IDEMPOTENCY_TABLE",),
        ("SCAN_LEDGER_TABLE", "FINDINGS_BUCKET", "IDEMPOTENCY_TABLE"),
    ],
    ids=["no ledger", "no bucket", "no idempotency", "none of them"],
)
def test_tables_and_bucket_are_optional(
    account: Account, vulnerable: str, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    for name in names:
        monkeypatch.delenv(name)
    for _ in range(2):
        reporter.lambda_handler(ended(vulnerable), LambdaContext())
    # Either the table of messages or the stored findings know that the scan was reported.
    assert len(account.reports()) == (2 if {"IDEMPOTENCY_TABLE", "FINDINGS_BUCKET"} <= set(names) else 1)
    assert bool(account.ledger()) == ("SCAN_LEDGER_TABLE" not in names)
    assert bool(account.stored_findings()) == ("FINDINGS_BUCKET" not in names)


def test_an_image_that_is_gone_is_told_by_its_event(account: Account) -> None:
    answer = reporter.lambda_handler(load_event("scan_complete"), LambdaContext())
    assert answer["reason"] == "THRESHOLDS_BREACHED"
    (report,) = account.reports()
    assert report["document"]["counts"] | {"CRITICAL": 10, "MEDIUM": 9} == report["document"]["counts"]
    assert report["document"]["findings"] == []


def test_a_failed_scan_without_counts_and_tags_is_told_in_plain_words(account: Account, digest: str) -> None:
    description = "UnsupportedImageError: The operating system 'windows' version '10.0' is not supported"
    account.finds("team/app", digest, "FAILED", description)
    answer = reporter.lambda_handler(ended(digest, "scan_failed"), LambdaContext())
    assert (answer["reported"], answer["reason"]) == (True, "SCAN_FAILED")
    (report,) = account.reports()
    assert report["subject"] == "Scan failed: team/app:1.2 - windows 10.0 is not supported"
    assert (report["attributes"]["severity"], report["attributes"]["reason"]) == ("NONE", "SCAN_FAILED")
    assert report["document"]["failure"].endswith("the operating system of this image, windows 10.0.")
    assert account.ledger()[f"{digest}#reporter"]["status"] == {"S": "FAILED"}
    assert account.stored_findings() == {}


def test_the_recorded_failed_scan_is_told(account: Account) -> None:
    assert reporter.lambda_handler(load_event("scan_failed"), LambdaContext())["reason"] == "SCAN_FAILED"
    assert account.reports()[0]["document"]["repository"] == "team/legacy"


@pytest.mark.parametrize("switch", ["False", "no", "0"])
def test_failed_scans_are_not_told_where_nobody_wants_to_hear_of_them(
    account: Account, digest: str, monkeypatch: pytest.MonkeyPatch, switch: str
) -> None:
    monkeypatch.setenv("NOTIFY_ON_SCAN_FAILURE", switch)
    account.finds("team/app", digest, "FAILED", "a fault")
    answer = reporter.lambda_handler(ended(digest, "scan_failed"), LambdaContext())
    assert answer == {"reported": False, "reason": None, "messageId": None}
    assert account.reports() == []
    assert account.ledger()


@pytest.mark.parametrize(
    ("thresholds", "is_told"),
    [
        pytest.param({"CRITICAL": "2", "LOW": "2"}, False, id="all below"),
        pytest.param({"CRITICAL": "1", "LOW": "2"}, True, id="one at its threshold"),
        pytest.param({"CRITICAL": "0", "LOW": "100"}, True, id="zero reports any"),
        pytest.param({"CRITICAL": "2", "LOW": "1"}, True, id="the less severe one"),
    ],
)
def test_thresholds_decide_who_is_told(
    account: Account, vulnerable: str, monkeypatch: pytest.MonkeyPatch, thresholds: dict[str, str], is_told: bool
) -> None:
    for name, value in thresholds.items():
        monkeypatch.setenv(name, value)
    assert reporter.lambda_handler(ended(vulnerable), LambdaContext())["reported"] is is_told
    assert len(account.reports()) == is_told


def test_a_clean_image_is_remembered_and_nobody_is_told(account: Account, digest: str) -> None:
    account.finds("team/app", digest, "COMPLETE", imageScanCompletedAt="2026-01-31T04:00:48Z", findings=[])
    assert reporter.lambda_handler(ended(digest), LambdaContext())["reported"] is False
    assert account.reports() == []
    assert f"{digest}#reporter" in account.ledger()
    assert len(account.stored_findings()) == 1


def test_an_older_event_that_comes_late_does_not_overwrite_the_ledger(account: Account, vulnerable: str) -> None:
    event = ended(vulnerable)
    reporter.lambda_handler(event, LambdaContext())
    newer = account.ledger()
    assert newer
    detail = event["detail"] | {"scan-status": "FAILED"}
    reporter.lambda_handler(event | {"id": "older", "time": "2026-01-30T04:00:00Z", "detail": detail}, LambdaContext())
    assert account.ledger() == newer


def test_what_was_done_is_measured(account: Account, vulnerable: str, capsys: pytest.CaptureFixture[str]) -> None:
    reporter.lambda_handler(ended(vulnerable), LambdaContext())
    assert metrics_in(capsys.readouterr().out) == {"ScansEnded": 1, "ReportsSent": 1}


@pytest.mark.filterwarnings("ignore:Couldn't determine the remaining time left")
def test_the_function_also_runs_without_a_context(account: Account, vulnerable: str) -> None:
    assert reporter.lambda_handler(ended(vulnerable), None)["reported"] is True


@pytest.mark.parametrize(
    ("event", "message"),
    [
        pytest.param({}, "^detail of the event is None", id="nothing"),
        pytest.param({"id": "1", "source": "aws.ecr"}, "^detail of the event is None", id="no detail"),
        pytest.param({"id": "1", "detail": {}, "account": ""}, "of the event is", id="an empty detail"),
    ],
)
def test_what_is_no_scan_event_is_refused_by_name_and_tells_nobody(
    account: Account, event: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        reporter.lambda_handler(event, LambdaContext())
    assert account.reports() == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("CRITICAL", "-1", "^CRITICAL is '-1': allowed is a whole number"),
        ("LOW", "many", "^LOW is 'many': allowed is a whole number"),
        ("NOTIFY_ON_SCAN_FAILURE", "maybe", "^NOTIFY_ON_SCAN_FAILURE is 'maybe': allowed is true or false"),
        ("ECR_SNS_REPORT_TOPIC_ARN", "", "^ECR_SNS_REPORT_TOPIC_ARN is not set: it must be the ARN"),
    ],
)
def test_a_wrong_variable_is_named(
    account: Account, vulnerable: str, monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInputError, match=message):
        reporter.lambda_handler(ended(vulnerable), LambdaContext())
    assert account.reports() == []


@pytest.mark.parametrize(("notify_on", "told"), [("ALL", 2), ("NEW", 1), ("CHANGED", 1)])
def test_a_rebuilt_image_with_nothing_new_can_be_kept_quiet(
    account: Account, vulnerable: str, monkeypatch: pytest.MonkeyPatch, notify_on: str, told: int
) -> None:
    monkeypatch.setenv("NOTIFY_ON", notify_on)
    reporter.lambda_handler(ended(vulnerable), LambdaContext())
    rebuilt = account.push("team/app", "1.2")
    account.finds("team/app", rebuilt, "COMPLETE", **RESULT | {"imageScanCompletedAt": "2026-02-07T04:00:48Z"})
    reporter.lambda_handler(ended(rebuilt, id="a week later"), LambdaContext())
    assert len(account.reports()) == told


# --- what people say of findings and repositories -------------------------------------------------------------------


def test_a_suppressed_finding_is_told_only_as_a_number(account: Account, vulnerable: str) -> None:
    account.suppress(cve="CVE-2023-*", package="curl")
    reporter.lambda_handler(ended(vulnerable), LambdaContext())
    (report,) = account.reports()
    assert report["subject"] == "LOW: team/app:1.2 - 1 low"
    assert report["document"]["suppressedTotal"] == 1


def test_a_rule_that_has_ended_suppresses_nothing(account: Account, vulnerable: str) -> None:
    account.suppress(cve="CVE-2023-*", until="2026-01-30")
    reporter.lambda_handler(ended(vulnerable), LambdaContext())
    assert account.reports()[0]["document"]["suppressedTotal"] == 0


def test_a_rule_that_is_wrong_is_named_and_holds_up_nothing(
    account: Account, vulnerable: str, caplog: pytest.LogCaptureFixture
) -> None:
    account.suppress(cve="CVE-2023-*", until="some day")
    reporter.lambda_handler(ended(vulnerable), LambdaContext())
    assert account.reports()[0]["document"]["suppressedTotal"] == 0
    assert "suppression ignored" in caplog.messages


def test_the_tags_of_the_repository_name_its_owner_and_its_thresholds(account: Account, vulnerable: str) -> None:
    account.tag("team/app", **{"owner": "payments", "ecr-scan-reporter:critical": "2"})
    reporter.lambda_handler(ended(vulnerable), LambdaContext())
    (report,) = account.reports()
    assert report["attributes"]["owner"] == report["document"]["owner"] == "payments"
    assert report["subject"] == "LOW: team/app:1.2 - 1 critical, 1 low"


def test_a_repository_that_is_left_out_is_not_told(account: Account, vulnerable: str) -> None:
    account.tag("team/app", **{"ecr-scan-reporter:scan": "off"})
    assert reporter.lambda_handler(ended(vulnerable), LambdaContext())["reported"] is False
    assert account.reports() == []


def test_with_the_digest_alone_nobody_is_told_of_a_single_scan(
    account: Account, vulnerable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFICATION_MODE", "DIGEST")
    answer = reporter.lambda_handler(ended(vulnerable), LambdaContext())
    assert (answer["reported"], answer["messageId"]) == (False, None)
    assert account.reports() == []
    assert account.ledger()


# --- enhanced scanning ----------------------------------------------------------------------------------------------


def batch(*bodies: Any) -> dict[str, Any]:
    """Return a batch of the queue on which Inspector's findings gather."""
    return {
        "Records": [
            {"messageId": f"message-{number}", "body": body if isinstance(body, str) else json.dumps(body)}
            for number, body in enumerate(bodies)
        ]
    }


def finding_event(account: Account, digest: str, **changes: Any) -> dict[str, Any]:
    """Return the recorded event of a finding, for this image."""
    event = load_event("inspector_finding") | changes
    (resource,) = event["detail"]["resources"]
    resource["id"] = f"arn:aws:ecr:{REGION}:{ACCOUNT_ID}:repository/team/app/{digest}"
    return event


def test_the_first_enhanced_scan_is_told(account: Account, vulnerable: str) -> None:
    event = load_event("inspector_scan")
    event["detail"] |= {
        "repository-name": f"arn:aws:ecr:{REGION}:{ACCOUNT_ID}:repository/team/app",
        "image-digest": vulnerable,
    }
    assert reporter.lambda_handler(event, LambdaContext())["reported"] is True
    assert account.reports()[0]["document"]["repository"] == "team/app"


def test_a_burst_of_findings_of_one_image_is_one_message(account: Account, vulnerable: str) -> None:
    events = [finding_event(account, vulnerable, id=str(number)) for number in range(20)]
    assert reporter.lambda_handler(batch(*events), LambdaContext()) == {"batchItemFailures": []}
    assert reporter.lambda_handler(batch(*events[:5]), LambdaContext()) == {"batchItemFailures": []}
    assert len(account.reports()) == 1


def test_the_recorded_batch_of_findings_of_an_image_that_is_gone_tells_nobody(account: Account) -> None:
    assert reporter.lambda_handler(load_event("finding_events"), LambdaContext()) == {"batchItemFailures": []}
    assert account.reports() == []
    assert account.ledger() == {}


def test_an_event_that_is_wrong_goes_back_alone(account: Account, vulnerable: str) -> None:
    bodies = (finding_event(account, vulnerable), "no JSON", {"detail": "no detail"})
    answer = reporter.lambda_handler(batch(*bodies), LambdaContext())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}, {"itemIdentifier": "message-2"}]}
    assert len(account.reports()) == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("[" * 100_000, id="nested 100,000 deep"),
        pytest.param('{"detail":' * 100_000, id="objects nested as deep"),
        pytest.param("null", id="null"),
        pytest.param("[]", id="a list"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_body_that_is_no_event_goes_back_and_takes_nothing_with_it(
    account: Account, vulnerable: str, body: str
) -> None:
    answer = reporter.lambda_handler(batch(body, finding_event(account, vulnerable), body), LambdaContext())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}, {"itemIdentifier": "message-2"}]}
    assert len(account.reports()) == 1


def test_a_finding_of_the_day_after_tomorrow_goes_back(account: Account, vulnerable: str) -> None:
    late = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    events = [finding_event(account, vulnerable, time=late), finding_event(account, vulnerable)]
    answer = reporter.lambda_handler(batch(*events), LambdaContext())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert len(account.reports()) == 1


@pytest.mark.parametrize("record", [None, "text", [], {}, {"body": "{}"}, {"messageId": None, "body": None}])
def test_a_record_that_is_no_message_is_logged_and_takes_nothing_with_it(
    account: Account, vulnerable: str, record: object, caplog: pytest.LogCaptureFixture
) -> None:
    event = batch(finding_event(account, vulnerable))
    event["Records"].insert(0, record)
    assert reporter.lambda_handler(event, LambdaContext()) == {"batchItemFailures": []}
    assert len(account.reports()) == 1
    assert "event failed" in caplog.messages


@pytest.mark.parametrize("records", [None, {}, "text", 7])
def test_records_that_are_no_list_are_refused_by_name(account: Account, records: object) -> None:
    with pytest.raises(InvalidInputError, match=r"^Records of the event is .*: allowed is a list"):
        reporter.lambda_handler({"Records": records}, LambdaContext())


def test_a_kept_result_that_cannot_be_read_is_named_and_replaced(
    account: Account, vulnerable: str, caplog: pytest.LogCaptureFixture
) -> None:
    key = f"findings/{ACCOUNT_ID}/{REGION}/team/app/{vulnerable.replace(':', '-')}.json"
    for body in (
        b"{",
        b"[]",
        b"{}",
        b'{"scan": {"completedAt": "9999-12-31T00:00:00Z"}, "findings": []}',
        b"[" * 10**5,
    ):
        account.s3.put_object(Bucket="findings", Key=key, Body=body)
        reporter.lambda_handler(ended(vulnerable), LambdaContext())
        assert len(account.stored_findings()[key]["findings"]) == 2
    assert caplog.messages.count("stored result ignored") == 4 + 1
    assert len(account.reports()) == 1


def test_findings_of_what_is_no_image_are_left_alone(account: Account, vulnerable: str) -> None:
    event = finding_event(account, vulnerable)
    event["detail"]["resources"][0]["type"] = "AWS_EC2_INSTANCE"
    assert reporter.lambda_handler(batch(event), LambdaContext()) == {"batchItemFailures": []}
    assert account.reports() == []


def test_all_findings_of_an_image_that_fails_go_back(account: Account, vulnerable: str) -> None:
    account.sns.delete_topic(TopicArn=account.topic_arn)
    events = [finding_event(account, vulnerable, id=str(number)) for number in range(2)]
    answer = reporter.lambda_handler(batch(*events), LambdaContext())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}, {"itemIdentifier": "message-1"}]}
    account.new_topic()
    assert reporter.lambda_handler(batch(*events), LambdaContext()) == {"batchItemFailures": []}
    assert len(account.reports()) == 1


def test_what_is_not_reached_in_time_goes_back(account: Account, vulnerable: str) -> None:
    answer = reporter.lambda_handler(batch(finding_event(account, vulnerable)), LambdaContext(milliseconds_left=0))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert account.reports() == []
