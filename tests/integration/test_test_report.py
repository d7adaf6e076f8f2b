"""The invocation for a test report: every channel gets it, and no store knows of it."""

import json
from typing import Any

import jsonschema
import pytest

import reporter
from ecr_scan_reporter.errors import InvalidInputError
from tests.docs.markdown import ROOT
from tests.integration.account import ACCOUNT_ID, REGION, SESSION, Account, LambdaContext
from tests.recorded_events import load_event

SCHEMA = json.loads((ROOT / "docs/scan-report.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def chat(account: Account, monkeypatch: pytest.MonkeyPatch) -> str:
    """A queue behind the topic for chat."""
    arn, url = account.sns.create_topic(Name="chat")["TopicArn"], account.new_queue("chat")
    account.sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:chat")
    monkeypatch.setenv("CHAT_TOPIC_ARN", arn)
    return url


@pytest.fixture
def bus(account: Account, monkeypatch: pytest.MonkeyPatch) -> str:
    """A queue behind the bus."""
    events, url = SESSION.client("events"), account.new_queue("events")
    events.create_event_bus(Name="security")
    events.put_rule(Name="all", EventBusName="security", EventPattern=json.dumps({"source": ["ecr-scan-reporter"]}))
    target: Any = {"Id": "queue", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:events"}
    events.put_targets(Rule="all", EventBusName="security", Targets=[target])
    monkeypatch.setenv("REPORT_EVENT_BUS", "security")
    return url


def send() -> dict[str, Any]:
    """Invoke the function with the recorded event."""
    answer = reporter.lambda_handler(load_event("test_report"), LambdaContext())
    assert answer["testReport"] is True
    return dict(answer["channels"])


@pytest.mark.parametrize("mode", ["IMMEDIATE", "DIGEST", "BOTH"])
def test_every_channel_gets_it_marked_in_every_mode(
    account: Account, chat: str, bus: str, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFICATION_MODE", mode)
    channels = send()
    assert list(channels) == ["topic", "chat", "bus"]
    assert all(set(answer) == {"messageId"} and answer["messageId"] for answer in channels.values())
    (report,) = account.reports()
    assert report["subject"].startswith("TEST CRITICAL: ecr-scan-reporter/test-report:1.0")
    assert (report["attributes"]["isTest"], report["attributes"]["hasNew"]) == ("true", "true")
    document = report["document"]
    jsonschema.validate(document, SCHEMA)
    assert (document["isTest"], document["summary"]) == (True, report["subject"])
    assert (document["registryId"], document["region"]) == (ACCOUNT_ID, REGION)
    (event,) = account.jobs(bus)
    assert event["detail"] == document
    (envelope,) = account.jobs(chat)
    message = json.loads(envelope["Message"])
    assert message["content"]["title"].startswith("TEST CRITICAL: ")
    assert message["metadata"]["additionalContext"]["isTest"] == "true"
    assert envelope["MessageAttributes"]["isTest"]["Value"] == "true"


def test_it_is_sent_each_time_and_no_store_knows_of_it(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURITY_HUB_ENABLED", "true")
    assert len({send()["topic"]["messageId"] for _ in range(2)}) == 2
    assert len(account.reports()) == 2
    assert (account.ledger(), account.stored_findings()) == ({}, {})
    assert account.dynamodb.scan(TableName="reported-events")["Count"] == 0


def test_a_channel_that_refuses_is_named_with_its_error_and_the_others_get_it(
    account: Account, bus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT_TOPIC_ARN", f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:none")
    channels = send()
    assert channels["chat"]["error"].startswith("publish failed: NotFound")
    assert "messageId" not in channels["chat"]
    assert len(account.reports()) == len(account.jobs(bus)) == 1


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"testReport": "yes"}, "testReport of the event is 'yes': allowed is true"),
        ({"testReport": False}, "testReport of the event is False: allowed is true"),
        ({"testReport": True, "channel": "topic"}, "a key of the event is 'channel'"),
    ],
    ids=str,
)
def test_an_invocation_that_only_resembles_it_is_refused(account: Account, event: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        reporter.lambda_handler(event, LambdaContext())
    assert account.reports() == []
