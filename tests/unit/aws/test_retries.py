from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from urllib3.exceptions import SSLError

from ecr_scan_reporter.aws.pacing import Pacer
from ecr_scan_reporter.aws.retries import ATTEMPTS, FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS, Caller, client_config
from ecr_scan_reporter.errors import CallFailedError, OutOfTimeError
from tests.unit.aws.clock import FakeClock, make_caller

URL = "https://api.ecr.eu-west-1.amazonaws.com"


def refused(code: str, message: str = "why", status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "StartImageScan",
    )


class Operation:
    """An API that raises `errors` one after the other, and then answers."""

    __name__ = "start_image_scan"

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls: list[dict[str, Any]] = []

    def __call__(self, **parameters: Any) -> dict[str, str]:
        self.calls.append(parameters)
        if self.errors:
            raise self.errors.pop(0)
        return {"status": "IN_PROGRESS"}


def test_an_answer_is_returned_as_it_is() -> None:
    operation = Operation()
    assert make_caller()(operation, repositoryName="team/app") == {"status": "IN_PROGRESS"}
    assert operation.calls == [{"repositoryName": "team/app"}]


PASSING: list[Callable[[], Exception]] = [
    lambda: refused("ThrottlingException", "Rate exceeded"),
    lambda: refused("Throttling"),
    lambda: refused("TooManyRequestsException"),
    lambda: refused("RequestLimitExceeded"),
    lambda: refused("SlowDown", status=503),
    lambda: refused("SomethingElse", status=429),
    lambda: refused("ServerException", status=500),
    lambda: refused("InternalFailure", status=500),
    lambda: refused("ServiceUnavailable", status=503),
    lambda: refused("ServerException", status=400),
    lambda: EndpointConnectionError(endpoint_url=URL),
    lambda: ConnectionClosedError(endpoint_url=URL),
    lambda: ConnectTimeoutError(endpoint_url=URL),
    lambda: ReadTimeoutError(endpoint_url=URL),
    lambda: IncompleteReadError(actual_bytes=1, expected_bytes=2),
    lambda: ResponseStreamingError(error="broken"),
    lambda: SSLError("read error"),
]


@pytest.mark.parametrize("error", PASSING, ids=lambda make: str(make()))
def test_a_passing_error_is_retried_with_the_same_parameters(error: Callable[[], Exception]) -> None:
    operation, clock = Operation(error(), error()), FakeClock()
    assert make_caller(clock)(operation, repositoryName="team/app") == {"status": "IN_PROGRESS"}
    assert operation.calls == [{"repositoryName": "team/app"}] * 3
    assert len(clock.sleeps) >= 2


@pytest.mark.parametrize("error", PASSING, ids=lambda make: str(make()))
def test_an_error_that_does_not_pass_is_raised_after_some_attempts(error: Callable[[], Exception]) -> None:
    operation = Operation(*(error() for _ in range(100)))
    with pytest.raises(CallFailedError) as failure:
        make_caller()(operation)
    assert len(operation.calls) == ATTEMPTS
    assert failure.value.is_passing
    assert failure.value.__cause__ is not None


@pytest.mark.parametrize(
    "code",
    ["LimitExceededException", "ValidationException", "ImageNotFoundException", "AccessDeniedException", "Brand.New"],
)
def test_a_refusal_is_called_once_and_costs_no_time(code: str) -> None:
    operation, clock = Operation(refused(code, "the reason")), FakeClock()
    with pytest.raises(CallFailedError) as failure:
        make_caller(clock)(operation)
    assert (len(operation.calls), clock.sleeps) == (1, [])
    assert (failure.value.code, failure.value.message, failure.value.is_passing) == (code, "the reason", False)
    assert str(failure.value) == f"start_image_scan failed: {code}: the reason"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoCredentialsError(), "NoCredentialsError"),
        (ParamValidationError(report="Invalid length for parameter repositoryName"), "ParamValidationError"),
    ],
)
def test_a_fault_on_our_side_is_an_error_of_the_library_at_once(error: BotoCoreError, code: str) -> None:
    operation = Operation(error)
    with pytest.raises(CallFailedError) as failure:
        make_caller()(operation)
    assert (len(operation.calls), failure.value.code, failure.value.is_passing) == (1, code, False)


def test_once_is_once() -> None:
    operation = Operation(refused("ThrottlingException"))
    with pytest.raises(CallFailedError):
        make_caller().once(operation)
    assert len(operation.calls) == 1


def test_the_quota_of_an_image_is_no_reason_to_slow_down() -> None:
    caller = make_caller()
    for _ in range(100):
        with pytest.raises(CallFailedError):
            caller(Operation(refused("LimitExceededException", "The scan quota per image has been exceeded.")))
    assert caller.pacer(Operation()).calls_per_second is None


def test_an_api_that_throttles_is_called_more_slowly_and_at_full_speed_again_later() -> None:
    clock = FakeClock()
    caller = make_caller(clock)
    while caller.pacer(Operation()).calls_per_second is None:
        caller(Operation(*(refused("ThrottlingException") for _ in range(3))))
        assert clock.time < 1_060
    for _ in range(1_000):
        clock.time += 0.1
        caller(Operation())
    assert caller.pacer(Operation()).calls_per_second is None


def test_an_answer_with_throttling_in_its_body_slows_the_caller_down_too() -> None:
    clock = FakeClock()
    caller = make_caller(clock)
    for attempt in range(10):
        caller.throttled(Operation(), attempt)
    assert caller.pacer(Operation()).calls_per_second is not None
    assert len(clock.sleeps) == 10


def test_a_lost_connection_is_no_reason_to_slow_down() -> None:
    caller = make_caller()
    caller(Operation(EndpointConnectionError(endpoint_url=URL)))
    assert caller.pacer(Operation()).calls_per_second is None


def test_the_delays_grow_up_to_a_limit() -> None:
    clock = FakeClock()
    with pytest.raises(CallFailedError):
        make_caller(clock)(Operation(*(EndpointConnectionError(endpoint_url=URL) for _ in range(100))))
    assert len(clock.sleeps) == ATTEMPTS - 1
    assert clock.sleeps == sorted(clock.sleeps)
    assert clock.sleeps[0] < clock.sleeps[1]
    assert max(clock.sleeps) == LONGEST_DELAY_SECONDS


def test_the_delays_are_jittered() -> None:
    clock, jitter = FakeClock(), iter([0.5, 0.0, 1.0])
    caller = Caller(lambda: Pacer(clock, clock.sleep), sleep=clock.sleep, jitter=lambda: next(jitter))
    caller(Operation(*(EndpointConnectionError(endpoint_url=URL) for _ in range(3))))
    assert clock.sleeps == pytest.approx([0.5 * FIRST_DELAY_SECONDS, 0.0, 4 * FIRST_DELAY_SECONDS])


def test_pages_are_read_until_there_is_no_token() -> None:
    pages: dict[str | None, dict[str, Any]] = {
        None: {"page": 1, "nextToken": "b"},
        "b": {"page": 2, "nextToken": "c"},
        "c": {"page": 3},
    }
    asked: list[dict[str, Any]] = []

    def operation(**parameters: Any) -> dict[str, Any]:
        asked.append(parameters)
        return pages[parameters.get("nextToken")]

    assert [page["page"] for page in make_caller().pages(operation, maxResults=1_000)] == [1, 2, 3]
    assert asked == [
        {"maxResults": 1_000},
        {"maxResults": 1_000, "nextToken": "b"},
        {"maxResults": 1_000, "nextToken": "c"},
    ]


@pytest.mark.parametrize(
    ("code", "is_denied"),
    [
        ("AccessDeniedException", True),
        ("AccessDenied", True),
        ("ExpiredTokenException", True),
        ("UnrecognizedClientException", True),
        ("ServerException", False),
        ("LimitExceededException", False),
    ],
)
def test_an_error_says_whether_access_is_denied(code: str, is_denied: bool) -> None:
    assert CallFailedError("start_image_scan", code, "why").is_denied is is_denied


def test_botocores_own_retries_are_off() -> None:
    assert client_config(8).retries == {"mode": "standard", "total_max_attempts": 1}  # type: ignore[attr-defined]
    assert client_config(8).max_pool_connections == 8  # type: ignore[attr-defined]


def test_no_call_is_retried_once_time_is_up() -> None:
    operation = Operation(*(refused("ThrottlingException") for _ in range(3)))
    clock = FakeClock()
    caller = Caller(lambda: Pacer(clock, clock.sleep), clock.sleep, time_is_up=lambda: len(operation.calls) >= 2)
    with pytest.raises(CallFailedError) as failure:
        caller(operation)
    assert (len(operation.calls), failure.value.is_throttled) == (2, True)


def test_once_time_is_up_nothing_waits_for_its_turn() -> None:
    clock, operation = FakeClock(), Operation()
    caller = Caller(lambda: Pacer(clock, clock.sleep), clock.sleep, time_is_up=lambda: True)
    for _ in range(5):
        caller.pacer(operation).throttled()
    with pytest.raises(OutOfTimeError):
        caller(operation)
    assert operation.calls == []


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "RequestTimeout"])
def test_a_passing_error_is_retried(code: str) -> None:
    assert make_caller()(Operation(refused(code))) == {"status": "IN_PROGRESS"}
