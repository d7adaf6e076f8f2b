import json
from typing import Any

import pytest

import reporter
from tests.integration.account import ACCOUNT_ID, REGION, SESSION, Account, LambdaContext
from tests.recorded_events import load_event

FINDINGS: list[dict[str, Any]] = [{"name": "CVE-2023-38545", "severity": "CRITICAL"}]


@pytest.fixture
def digest(account: Account) -> str:
    """An image that was scanned and has a finding."""
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.2")
    account.finds("team/app", digest, "COMPLETE", findings=FINDINGS, findingSeverityCounts={"CRITICAL": 1})
    return digest


@pytest.fixture
def bus(account: Account) -> str:
    """A bus whose events all go to a queue."""
    events, url = SESSION.client("events"), account.new_queue("events")
    events.create_event_bus(Name="security")
    pattern = json.dumps({"source": ["ecr-scan-reporter"]})
    events.put_rule(Name="all", EventBusName="security", EventPattern=pattern)
    target: Any = {"Id": "queue", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:events"}
    events.put_targets(Rule="all", EventBusName="security", Targets=[target])
    return url


def ended(digest: str) -> dict[str, Any]:
    event = load_event("scan_complete")
    event["detail"] |= {"repository-name": "team/app", "image-digest": digest}
    return event


@pytest.mark.parametrize(("mode", "mails"), [("IMMEDIATE", 1), ("BOTH", 1), ("DIGEST", 0)])
def test_each_report_is_an_event_with_the_document_whatever_the_mode(
    account: Account, digest: str, bus: str, monkeypatch: pytest.MonkeyPatch, mode: str, mails: int
) -> None:
    monkeypatch.setenv("REPORT_EVENT_BUS", "security")
    monkeypatch.setenv("NOTIFICATION_MODE", mode)
    assert reporter.lambda_handler(ended(digest), LambdaContext())["reported"] is True
    (event,) = account.jobs(bus)
    assert (event["source"], event["detail-type"]) == ("ecr-scan-reporter", "ECR Scan Report")
    assert event["resources"] == [f"arn:aws:ecr:{REGION}:{ACCOUNT_ID}:repository/team/app/{digest}"]
    assert event["detail"]["findings"][0]["name"] == "CVE-2023-38545"
    assert [report["document"] for report in account.reports()] == [event["detail"]] * mails


@pytest.mark.parametrize(("mode", "chats"), [("IMMEDIATE", 1), ("DIGEST", 0)])
def test_the_chat_topic_carries_the_custom_notification_alone(
    account: Account, digest: str, monkeypatch: pytest.MonkeyPatch, mode: str, chats: int
) -> None:
    arn, url = account.sns.create_topic(Name="chat")["TopicArn"], account.new_queue("chat")
    account.sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:chat")
    monkeypatch.setenv("CHAT_TOPIC_ARN", arn)
    monkeypatch.setenv("NOTIFICATION_MODE", mode)
    reporter.lambda_handler(ended(digest), LambdaContext())
    envelopes = account.jobs(url)
    assert len(envelopes) == chats
    for envelope in envelopes:
        message = json.loads(envelope["Message"])
        assert "Subject" not in envelope
        assert (message["version"], message["source"]) == ("1.0", "custom")
        assert message["content"]["title"] == "CRITICAL: `team/app:1.2` - 1 critical"
        assert envelope["MessageAttributes"]["severity"]["Value"] == "CRITICAL"
