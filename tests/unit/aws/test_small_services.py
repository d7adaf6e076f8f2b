import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ecr_scan_reporter.aws.findings_bucket import FindingsBucket
from ecr_scan_reporter.aws.sessions import assume_role, make_client
from ecr_scan_reporter.aws.topic import Topic
from ecr_scan_reporter.domain.messages.sns import Notification
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clients import client_of, stubbed_client
from tests.unit.aws.clock import make_caller

TOPIC = "arn:aws:sns:eu-west-1:123456789012:report"
ROLE = "arn:aws:iam::999999999999:role/ecs-reader"


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = client_of("s3")
        client.create_bucket(Bucket="findings", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


def test_a_document_is_kept_as_json_and_has_an_address(s3: Any) -> None:
    bucket = FindingsBucket(s3, make_caller(), "findings")
    for document in ({"scan": 1}, {"scan": 2, "name": "caf\u00e9"}):
        bucket.save("findings/a.json", document)
    kept = s3.get_object(Bucket="findings", Key="findings/a.json")
    assert json.loads(kept["Body"].read()) == {"scan": 2, "name": "caf\u00e9"}
    assert kept["ContentType"] == "application/json"
    assert bucket.uri("findings/a.json") == "s3://findings/findings/a.json"


def test_a_bucket_that_is_not_there_is_our_own_error(s3: Any) -> None:
    with pytest.raises(CallFailedError, match="NoSuchBucket"):
        FindingsBucket(s3, make_caller(), "other").save("a", {})


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


def test_a_publication_that_is_refused_is_our_own_error() -> None:
    client, stub = stubbed_client("sns")
    stub.add_client_error("publish", "NotFound", "Topic does not exist", 404)
    with pytest.raises(CallFailedError, match="publish failed: NotFound: Topic does not exist"):
        Topic(client, make_caller(), TOPIC).publish(Notification("s", "m", {}))


def test_another_account_is_entered_through_a_role() -> None:
    with mock_aws():
        session = assume_role(client_of("sts"), make_caller(), ROLE, "us-east-1")
        identity = make_client("sts", session=session).get_caller_identity()
    assert session.region_name == "us-east-1"
    assert identity["Account"] == "999999999999"
    assert identity["Arn"].endswith("assumed-role/ecs-reader/ecr-scan-reporter")


def test_a_role_that_may_not_be_assumed_is_our_own_error() -> None:
    client, stub = stubbed_client("sts")
    stub.add_client_error("assume_role", "AccessDenied", "not you", 403)
    with pytest.raises(CallFailedError, match="assume_role failed: AccessDenied") as failure:
        assume_role(client, make_caller(), ROLE, None)
    assert failure.value.is_denied


def test_a_client_may_be_of_another_region() -> None:
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")
    assert make_client("ecr", session=session, region="us-east-1").meta.region_name == "us-east-1"
    assert make_client("ecr", session=session).meta.region_name == "eu-west-1"
