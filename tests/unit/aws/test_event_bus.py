import json
from typing import Any

import pytest

from ecr_scan_reporter.aws.event_bus import EventBus
from ecr_scan_reporter.aws.topic import Topic
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clients import stubbed_client
from tests.unit.aws.clock import FakeClock, make_caller

BUS = "arn:aws:events:eu-west-1:123456789012:event-bus/security"
IMAGE = "arn:aws:ecr:eu-west-1:123456789012:repository/team/app/sha256:1"


def failed(code: str) -> dict[str, Any]:
    return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": code, "ErrorMessage": "why"}]}


def test_a_report_is_put_as_an_event() -> None:
    client, stub = stubbed_client("events")
    entry = {
        "Source": "ecr-scan-reporter",
        "DetailType": "ECR Scan Report",
        "Detail": json.dumps({"type": "ECR_SCAN_REPORT"}),
        "Resources": [IMAGE],
        "EventBusName": BUS,
    }
    stub.add_response("put_events", {"FailedEntryCount": 0, "Entries": [{"EventId": "e-1"}]}, {"Entries": [entry]})
    assert EventBus(client, make_caller(), BUS).put({"type": "ECR_SCAN_REPORT"}, [IMAGE]) == "e-1"


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalFailure", "InternalException"])
def test_a_fault_that_the_answer_names_is_retried(code: str) -> None:
    client, stub = stubbed_client("events")
    stub.add_response("put_events", failed(code))
    stub.add_response("put_events", {"FailedEntryCount": 0, "Entries": [{"EventId": "e-2"}]})
    clock = FakeClock()
    assert EventBus(client, make_caller(clock), "security").put({}, []) == "e-2"
    assert len(clock.sleeps) == 1


@pytest.mark.parametrize("code", ["InvalidArgument", "NotAuthorizedForSourceException", "MalformedDetail"])
def test_a_refusal_that_the_answer_names_is_an_error_of_the_library_at_once(code: str) -> None:
    client, stub = stubbed_client("events")
    stub.add_response("put_events", failed(code))
    with pytest.raises(CallFailedError, match=f"{code}: why") as failure:
        EventBus(client, make_caller(), "security").put({}, [])
    assert not failure.value.is_passing


def test_a_bus_that_is_not_there_is_an_error_of_the_library() -> None:
    client, stub = stubbed_client("events")
    stub.add_client_error("put_events", "ResourceNotFoundException", "no bus", 400)
    with pytest.raises(CallFailedError, match="ResourceNotFoundException: no bus"):
        EventBus(client, make_caller(), "security").put({}, [])


def test_a_chat_message_is_published_as_one_text_with_attributes_and_nothing_around_it() -> None:
    client, stub = stubbed_client("sns")
    topic = "arn:aws:sns:eu-west-1:123456789012:chat"
    attributes = {"severity": {"DataType": "String", "StringValue": "HIGH"}}
    stub.add_response(
        "publish", {"MessageId": "m-1"}, {"TopicArn": topic, "Message": "{}", "MessageAttributes": attributes}
    )
    assert Topic(client, make_caller(), topic).publish_text("{}", {"severity": "HIGH"}) == "m-1"
