from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from ecr_scan_reporter.aws.lake_bucket import LakeBucket
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clients import client_of
from tests.unit.aws.clock import make_caller


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = client_of("s3")
        client.create_bucket(Bucket="findings", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


def test_a_file_is_written_as_it_is_over_the_one_before(s3: Any) -> None:
    bucket = LakeBucket(s3, make_caller(), "findings")
    for body in (b"one", b"\x1f\x8btwo"):
        bucket.put("lake/a.gz", body)
    kept = s3.get_object(Bucket="findings", Key="lake/a.gz")
    assert kept["Body"].read() == b"\x1f\x8btwo"
    assert kept["ContentType"] == "application/gzip"
    assert "ContentEncoding" not in kept


def test_a_file_is_read_as_it_was_written_and_one_that_is_not_there_is_none(s3: Any) -> None:
    bucket = LakeBucket(s3, make_caller(), "findings")
    bucket.put("lake/a", b"one")
    assert (bucket.get("lake/a"), bucket.get("lake/b")) == (b"one", None)


def test_all_keys_of_a_prefix_are_listed_page_by_page(s3: Any) -> None:
    class Paged:
        """A client whose pages have two keys."""

        def list_objects_v2(self, **parameters: Any) -> Any:
            return s3.list_objects_v2(MaxKeys=2, **parameters)

    keys = [f"lake/v1/images/dt=2026-01-31/part-{number:02d}.ndjson.gz" for number in range(5)]
    for key in (*keys, "lake/v1/images/dt=2026-01-30/part-00.ndjson.gz"):
        s3.put_object(Bucket="findings", Key=key, Body=b"")
    bucket = LakeBucket(Paged(), make_caller(), "findings")  # type: ignore[arg-type]
    assert list(bucket.keys("lake/v1/images/dt=2026-01-31/")) == keys
    assert list(bucket.keys("lake/v1/images/dt=2026-01-29/")) == []


def test_a_file_is_deleted_and_one_that_is_not_there_is_no_error(s3: Any) -> None:
    bucket = LakeBucket(s3, make_caller(), "findings")
    bucket.put("lake/a.gz", b"")
    bucket.delete("lake/a.gz")
    bucket.delete("lake/a.gz")
    assert list(bucket.keys("lake/")) == []


def test_a_bucket_that_is_not_there_is_an_error_of_the_library(s3: Any) -> None:
    bucket = LakeBucket(s3, make_caller(), "other")
    with pytest.raises(CallFailedError, match="NoSuchBucket"):
        bucket.put("lake/a.gz", b"")
    with pytest.raises(CallFailedError, match="NoSuchBucket"):
        bucket.get("lake/a.gz")
    with pytest.raises(CallFailedError, match="NoSuchBucket"):
        list(bucket.keys("lake/"))
