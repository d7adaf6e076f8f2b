import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from ecr_scan_reporter.aws.findings_bucket import FindingsBucket
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clients import client_of
from tests.unit.aws.clock import make_caller


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = client_of("s3")
        client.create_bucket(Bucket="findings", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


def test_a_document_is_stored_as_json_and_has_an_address(s3: Any) -> None:
    bucket = FindingsBucket(s3, make_caller(), "findings")
    for document in ({"scan": 1}, {"scan": 2, "name": "caf\u00e9"}):
        bucket.save("findings/a.json", document)
    kept = s3.get_object(Bucket="findings", Key="findings/a.json")
    assert json.loads(kept["Body"].read()) == {"scan": 2, "name": "caf\u00e9"}
    assert kept["ContentType"] == "application/json"
    assert bucket.uri("findings/a.json") == "s3://findings/findings/a.json"


def test_a_bucket_that_is_not_there_is_an_error_of_the_library(s3: Any) -> None:
    with pytest.raises(CallFailedError, match="NoSuchBucket"):
        FindingsBucket(s3, make_caller(), "other").save("a", {})
