import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
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


def test_a_document_is_replaced_only_while_it_is_the_known_one(s3: Any) -> None:
    bucket = FindingsBucket(s3, make_caller(), "findings")
    assert bucket.replace("a.json", {"scan": 1}, None)
    first = bucket.load("a.json")
    assert first is not None
    assert bucket.replace("a.json", {"scan": 2}, first)
    assert not bucket.replace("a.json", {"scan": 3}, first)
    assert not bucket.replace("a.json", {"scan": 3}, None)
    stored = bucket.load("a.json")
    assert stored is not None
    assert stored.content == {"scan": 2}


def test_a_document_that_was_removed_in_the_meantime_is_not_written_again(s3: Any) -> None:
    bucket = FindingsBucket(s3, make_caller(), "findings")
    bucket.save("a.json", {"scan": 1})
    known = bucket.load("a.json")
    s3.delete_object(Bucket="findings", Key="a.json")
    assert not bucket.replace("a.json", {"scan": 2}, known)
    assert bucket.load("a.json") is None


class LostAnswer:
    """A client whose first write takes effect, and whose answer is lost."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._is_lost = False

    def put_object(self, **parameters: Any) -> Any:
        answer = self._client.put_object(**parameters)
        if not self._is_lost:
            self._is_lost = True
            raise EndpointConnectionError(endpoint_url="s3")
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


def test_a_write_whose_answer_was_lost_counts_as_written(s3: Any) -> None:
    bucket = FindingsBucket(LostAnswer(s3), make_caller(), "findings")  # type: ignore[arg-type]
    assert bucket.replace("a.json", {"scan": 1}, None)


def test_another_error_of_a_write_is_raised(s3: Any) -> None:
    with pytest.raises(CallFailedError, match="NoSuchBucket"):
        FindingsBucket(s3, make_caller(), "other").replace("a", {}, None)
