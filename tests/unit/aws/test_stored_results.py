import json
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import Any

import pytest
from moto import mock_aws

from ecr_scan_reporter.aws.stored_results import StoredResults
from ecr_scan_reporter.domain.findings.documents import result_document
from tests.unit.aws.clients import client_of, stubbed_client
from tests.unit.aws.clock import make_caller
from tests.unit.samples import RESULT, SCANNED_IMAGE, digest, image_id


def one_by_one(function: Callable[[Any], Any], items: Any) -> Generator[Any, None, None]:
    yield from map(function, items)


def document(number: int) -> bytes:
    return json.dumps(result_document(replace(SCANNED_IMAGE, id=image_id(number)), RESULT)).encode()


@pytest.fixture
def bucket() -> Iterator[Any]:
    with mock_aws():
        client = client_of("s3")
        client.create_bucket(Bucket="findings", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


def test_stored_results_are_those_below_findings(bucket: Any) -> None:
    for key, body in {
        "findings/a.json": document(1),
        "findings/b/c.json": document(2),
        "findings/notes.txt": document(3),
        "tags/a.json": document(4),
    }.items():
        bucket.put_object(Bucket="findings", Key=key, Body=body)
    problems: list[str] = []
    found = list(StoredResults(bucket, make_caller(), one_by_one, "findings", problems.append))
    assert [(result.image.digest, result.findings) for result in found] == [
        (digest(1), RESULT.findings),
        (digest(2), RESULT.findings),
    ]
    assert problems == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "the object findings/wrong.json is b'{': allowed is a text in JSON, not nested too deep"),
        (b"[]", "the object findings/wrong.json is []: allowed is a JSON object"),
        (b"{}", "registryId of the stored result is None: allowed is a text that is not empty"),
    ],
    ids=["no JSON", "no object", "no result"],
)
def test_a_wrong_object_is_reported_as_a_problem_and_the_others_are_read(bucket: Any, body: bytes, said: str) -> None:
    bucket.put_object(Bucket="findings", Key="findings/right.json", Body=document(1))
    bucket.put_object(Bucket="findings", Key="findings/wrong.json", Body=body)
    problems: list[str] = []
    found = list(StoredResults(bucket, make_caller(), one_by_one, "findings", problems.append))
    assert [result.image.digest for result in found] == [digest(1)]
    assert problems == [f"findings/wrong.json: {said}"]


def test_stored_results_are_read_page_by_page_without_those_removed_meanwhile() -> None:
    client, stub = stubbed_client("s3")
    asked = {"Bucket": "findings", "Prefix": "findings/"}
    page = {"Contents": [{"Key": "findings/a.json"}], "IsTruncated": True, "NextContinuationToken": "next"}
    stub.add_response("list_objects_v2", page, asked)
    stub.add_client_error("get_object", "NoSuchKey", "gone", 404)
    stub.add_response("list_objects_v2", {"IsTruncated": False}, asked | {"ContinuationToken": "next"})
    problems: list[str] = []
    assert list(StoredResults(client, make_caller(), one_by_one, "findings", problems.append)) == []
    assert problems == []
    stub.assert_no_pending_responses()
