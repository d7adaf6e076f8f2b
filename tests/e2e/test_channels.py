"""The same report in chat, on an event bus, and at an HTTPS endpoint's document; each team gets its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from local.application import Application
from local.identity import ACCOUNT, REGION
from local.inbox import Inbox
from tests.e2e.parameters import BUS
from tests.e2e.registry import Registry
from tests.e2e.scan_runs import run_scans

pytestmark = pytest.mark.e2e

DOCS = Path(__file__).parents[2] / "docs"
CHAT = json.loads((DOCS / "chat-notification.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def chat(application: Application) -> Iterator[Inbox]:
    """A queue that gets what Amazon Q Developer would."""
    inbox = application.subscribe_inbox("chat", topic="ChatTopicArn")
    yield inbox
    application.unsubscribe(inbox)


@pytest.fixture(scope="module")
def payments(application: Application) -> Iterator[Inbox]:
    """A queue that gets the reports of one team alone."""
    inbox = application.subscribe_inbox("payments", {"owner": ["team-payments"]})
    yield inbox
    application.unsubscribe(inbox)


@pytest.fixture(scope="module")
def events(application: Application) -> str:
    """The URL of a queue that gets every event of the bus."""
    url: str = application.queues.create_queue(QueueName="events")["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:events"
    allow = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [{**allow, "Resource": arn}]}
    application.queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    rules = application.emulator.client("events")
    pattern = {"source": ["ecr-scan-reporter"], "detail-type": ["ECR Scan Report"]}
    rules.put_rule(Name="reports", EventBusName=BUS, EventPattern=json.dumps(pattern))
    rules.put_targets(Rule="reports", EventBusName=BUS, Targets=[{"Id": "queue", "Arn": arn}])
    return url


@pytest.fixture(scope="module")
def documents(
    application: Application, inbox: Inbox, chat: Inbox, payments: Inbox, events: str
) -> dict[str, dict[str, Any]]:
    """The reports of a scan of two repositories, by repository."""
    registry = Registry(application.emulator)
    registry.push("payments/api", tags=["2.31.0"])
    registry.push("web/shop", tags=["1.0"])
    ecr = application.emulator.client("ecr")
    arn = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/payments/api"
    ecr.tag_resource(resourceArn=arn, tags=[{"Key": "owner", "Value": "team-payments"}])
    return {document["repository"]: document for document in run_scans(application, inbox)}


def reports_in(chat: Inbox) -> list[dict[str, Any]]:
    """Return the reports of scans in chat."""
    sent = [message.document for message in chat.collect()]
    return [document for document in sent if document["metadata"]["eventType"] == "ECR-Scan-Report"]


def test_chat_gets_each_report_in_its_own_form_and_a_thread_for_each_image(
    documents: dict[str, dict[str, Any]], application: Application, chat: Inbox
) -> None:
    application.wait_until("chat has both reports", lambda: len(reports_in(chat)) >= len(documents))
    for report in reports_in(chat):
        jsonschema.validate(report, CHAT)
    assert len(documents) == len(reports_in(chat)) == 2
    assert len({report["metadata"]["threadId"] for report in reports_in(chat)}) == 2


def test_the_bus_gets_each_report_as_an_event(
    documents: dict[str, dict[str, Any]], application: Application, events: str
) -> None:
    received: dict[str, Any] = {}

    def take() -> bool:
        for message in application.queues.receive_message(QueueUrl=events, MaxNumberOfMessages=10).get("Messages", []):
            event = json.loads(message["Body"])
            received[event["detail"]["repository"]] = event["detail"]
        return len(received) >= len(documents)

    application.wait_until("the bus has both events", take)
    assert received == documents


def test_a_team_gets_the_reports_of_its_own_repositories(
    documents: dict[str, dict[str, Any]], application: Application, payments: Inbox
) -> None:
    assert documents["payments/api"]["owner"] == "team-payments"
    assert documents["web/shop"]["owner"] is None
    application.wait_until("the team has its report", payments.collect)
    assert [message.document for message in payments.messages] == [documents["payments/api"]]


def test_chat_gets_the_digest_too(documents: dict[str, dict[str, Any]], application: Application, chat: Inbox) -> None:
    before = len(chat.collect())
    application.invoke(application.outputs["DigestFunctionName"], {})
    application.wait_until("chat has the digest", lambda: len(chat.collect()) > before)
    jsonschema.validate(chat.messages[-1].document, CHAT)
    assert chat.messages[-1].document["metadata"]["eventType"] == "ECR-Scan-Digest"
