import io
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.response import StreamingBody
from moto import mock_aws

from ecr_scan_reporter.aws.inventory_bucket import InventoryBucket
from ecr_scan_reporter.aws.retries import ATTEMPTS
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clients import client_of
from tests.unit.aws.clock import make_caller

CONTENT = b"0123456789" * 10


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = client_of("s3")
        client.create_bucket(Bucket="findings", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


class Breaking:
    """A client whose answers break off in the body, `times` in all."""

    def __init__(self, times: int) -> None:
        self.times = times

    def get_object(self, **_: Any) -> dict[str, Any]:
        self.times -= 1
        sent = CONTENT if self.times < 0 else CONTENT[:60]
        return {"Body": StreamingBody(io.BytesIO(sent), len(CONTENT))}


def read(client: Any, key: str = "a.gz") -> tuple[bool, list[bytes]]:
    """Return whether there is an object, and how much of it each attempt brought."""
    attempts: list[bytes] = []

    def consume(stream: Any) -> None:
        attempts.append(b"")
        while chunk := stream.read(25):
            attempts[-1] += chunk

    return InventoryBucket(client, make_caller(), "findings").read(key, consume), attempts


def test_an_object_is_read_as_a_stream(s3: Any) -> None:
    s3.put_object(Bucket="findings", Key="a.gz", Body=CONTENT)
    assert read(s3) == (True, [CONTENT])
    assert read(s3, "b.gz") == (False, [])


def test_a_stream_that_breaks_off_begins_again() -> None:
    assert read(Breaking(times=2)) == (True, [CONTENT[:60], CONTENT[:60], CONTENT])


def test_a_stream_that_breaks_off_each_time_is_a_call_that_failed() -> None:
    with pytest.raises(CallFailedError, match="IncompleteReadError") as failure:
        read(Breaking(times=ATTEMPTS))
    assert failure.value.is_passing
