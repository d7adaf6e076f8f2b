from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from ecr_scan_reporter.aws.scan_order_object import ScanOrderObject
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clock import make_caller

LOST = EndpointConnectionError(endpoint_url="https://s3")
DENIED = ClientError({"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}, "GetObject")  # type: ignore[typeddict-item]


class BrokenBody:
    def read(self) -> bytes:
        raise ReadTimeoutError(endpoint_url="https://s3")


class S3:
    """Answers with these, one after the other."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.calls: list[dict[str, Any]] = []

    def get_object(self, **parameters: Any) -> dict[str, Any]:
        self.calls.append(parameters)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"Body": answer}


def stored(s3: S3) -> ScanOrderObject:
    return ScanOrderObject(lambda: s3, make_caller(), "findings", "order.gz")  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("fault", [LOST, BrokenBody()], ids=["a lost connection", "a body that breaks off"])
def test_a_fault_that_passes_is_tried_once_more(fault: Any) -> None:
    s3 = S3(fault, BytesIO(b"order"))
    assert stored(s3).load() == b"order"
    assert s3.calls == [{"Bucket": "findings", "Key": "order.gz"}] * 2


def test_jobs_do_not_wait_for_long() -> None:
    s3 = S3(LOST, LOST, BytesIO(b"order"))
    with pytest.raises(CallFailedError, match="EndpointConnectionError"):
        stored(s3).load()
    assert len(s3.calls) == 2


def test_a_refusal_is_no_fault_that_passes() -> None:
    s3 = S3(DENIED, BytesIO(b"order"))
    with pytest.raises(CallFailedError, match="AccessDenied"):
        stored(s3).load()
    assert len(s3.calls) == 1


def test_the_client_is_made_on_first_use() -> None:
    made: list[S3] = []

    def make() -> Any:
        made.append(S3(BytesIO(b"order")))
        return made[-1]

    order = ScanOrderObject(make, make_caller(), "findings", "order.gz")
    assert made == []
    assert order.load() == b"order"
    assert len(made) == 1
