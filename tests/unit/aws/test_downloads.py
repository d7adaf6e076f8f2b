"""Answers that are downloaded from the bucket."""

import gzip
import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from ecr_scan_reporter.aws.downloads import Downloads
from tests.unit.aws.clients import client_of
from tests.unit.aws.clock import make_caller

CONTENT = b"one,two\r\n" * 1_000


@mock_aws
def test_a_file_is_stored_compressed_and_downloaded_by_an_address_with_a_signature() -> None:
    s3 = client_of("s3")
    s3.create_bucket(Bucket="findings", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    downloads = Downloads(s3, make_caller(), "findings")
    address = downloads.publish(io.BytesIO(gzip.compress(CONTENT)), "text/csv", "images-2026-11-21.csv")
    parts, query = urlsplit(address), parse_qs(urlsplit(address).query)
    assert re.fullmatch(r"/downloads/[0-9a-f-]{36}/images-2026-11-21\.csv", parts.path)
    assert (query["X-Amz-Algorithm"], query["X-Amz-Expires"]) == (["AWS4-HMAC-SHA256"], ["300"])
    answered = requests.get(address, timeout=5)
    assert (answered.status_code, answered.content) == (200, CONTENT)
    assert answered.headers["content-type"] == "text/csv"
    assert answered.headers["content-disposition"] == 'attachment; filename="images-2026-11-21.csv"'


@mock_aws
def test_two_answers_have_addresses_that_nobody_guesses() -> None:
    s3 = client_of("s3")
    s3.create_bucket(Bucket="findings", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    downloads = Downloads(s3, make_caller(), "findings")
    addresses = {urlsplit(downloads.publish(io.BytesIO(b""), "text/csv", "a.csv")).path for _ in range(2)}
    assert len(addresses) == 2


def test_an_attempt_after_a_fault_sends_the_whole_file(monkeypatch: pytest.MonkeyPatch) -> None:
    s3, sent = client_of("s3"), []

    def put_object(**parameters: object) -> None:
        body = parameters["Body"]
        assert isinstance(body, io.BytesIO)
        sent.append(body.read())
        if len(sent) == 1:
            raise EndpointConnectionError(endpoint_url="https://s3")

    monkeypatch.setattr(s3, "put_object", put_object)
    Downloads(s3, make_caller(), "findings").publish(io.BytesIO(CONTENT), "text/csv", "a.csv")
    assert sent == [CONTENT, CONTENT]
