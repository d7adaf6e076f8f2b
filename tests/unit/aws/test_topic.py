import pytest

from ecr_scan_reporter.aws.topic import Topic
from ecr_scan_reporter.domain.messages.sns import Notification
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clients import stubbed_client
from tests.unit.aws.clock import make_caller

TOPIC = "arn:aws:sns:eu-west-1:123456789012:report"


def test_a_notification_is_published_with_a_text_for_each_protocol_and_its_attributes() -> None:
    client, stub = stubbed_client("sns")
    stub.add_client_error("publish", "Throttled", "Rate exceeded", 429)
    stub.add_response(
        "publish",
        {"MessageId": "m-1"},
        {
            "TopicArn": TOPIC,
            "Subject": "CRITICAL: team/app",
            "Message": '{"default": "text"}',
            "MessageStructure": "json",
            "MessageAttributes": {"severity": {"DataType": "String", "StringValue": "CRITICAL"}},
        },
    )
    notification = Notification("CRITICAL: team/app", '{"default": "text"}', {"severity": "CRITICAL"})
    assert Topic(client, make_caller(), TOPIC).publish(notification) == "m-1"


def test_a_publication_that_is_refused_is_an_error_of_the_library() -> None:
    client, stub = stubbed_client("sns")
    stub.add_client_error("publish", "NotFound", "Topic does not exist", 404)
    with pytest.raises(CallFailedError, match="publish failed: NotFound: Topic does not exist"):
        Topic(client, make_caller(), TOPIC).publish(Notification("s", "m", {}))
