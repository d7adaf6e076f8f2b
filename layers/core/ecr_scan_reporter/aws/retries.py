"""Calls of AWS APIs: retries with jitter, a pace for each operation, the library's own errors.

botocore's retries are off for these clients. Its `standard` and `adaptive` modes retry LimitExceededException as
throttling, so one refused scan would cost three calls and seconds of sleep.
"""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as LostConnectionError
from urllib3.exceptions import HTTPError

from ecr_scan_reporter.aws.pacing import Pacer
from ecr_scan_reporter.errors import CallFailedError, OutOfTimeError

THROTTLING_CODES = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "TooManyRequests"}
    | {"RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "SlowDown", "Rate exceeded"}
    | {"ProvisionedThroughputExceededException"}
)
PASSING_CODES = frozenset(
    {"ServerException", "RequestTimeout", "RequestTimeoutException", "TransactionInProgressException"}
)
# The last two break off the body of an answer.
BROKEN_CONNECTION = (LostConnectionError, HTTPClientError, IncompleteReadError, HTTPError)
CONNECT_TIMEOUT_SECONDS = 3
READ_TIMEOUT_SECONDS = 10
ATTEMPTS = 10
FIRST_DELAY_SECONDS = 0.05
LONGEST_DELAY_SECONDS = 2.0


def client_config(concurrency: int, read_timeout_seconds: int = READ_TIMEOUT_SECONDS) -> Config:
    """Return the configuration of a client for `Caller`, called by at most `concurrency` threads."""
    return Config(
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=concurrency,
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=read_timeout_seconds,
        tcp_keepalive=True,
    )


class Caller:
    """Makes the calls of one client. Retries throttling, server faults and lost connections, ATTEMPTS times in all.

    AWS throttles each operation by itself, so each has its own pace. Once `time_is_up`, no call is retried, and a call
    that would have to wait for its turn raises OutOfTimeError.
    """

    def __init__(
        self,
        make_pacer: Callable[[], Pacer] = Pacer,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        time_is_up: Callable[[], bool] = lambda: False,
    ) -> None:
        self._time_is_up = time_is_up
        self._make_pacer = make_pacer
        self._pacers: dict[str, Pacer] = {}
        self._sleep = sleep
        self._jitter = jitter

    def pacer(self, operation: Callable[..., Any]) -> Pacer:
        """Return the pace of an operation."""
        name = operation.__name__
        # setdefault is atomic, so two threads get the same pacer.
        return self._pacers.get(name) or self._pacers.setdefault(name, self._make_pacer())

    def __call__(self, operation: Callable[..., Any], **parameters: Any) -> Any:
        """Return the response. Raises CallFailedError: for a refusal at once, for a fault after the last attempt."""
        is_after_fault = False
        for attempt in range(ATTEMPTS):
            try:
                return self.once(operation, **parameters)
            except CallFailedError as error:
                error.is_after_fault = is_after_fault
                if not error.is_passing or attempt + 1 == ATTEMPTS or self._time_is_up():
                    raise
                is_after_fault |= not error.is_throttled
                self._back_off(attempt)
        raise AssertionError("the last attempt returns or raises")

    def once(self, operation: Callable[..., Any], **parameters: Any) -> Any:
        """Call without retries. Raises CallFailedError, OutOfTimeError."""
        pacer = self.pacer(operation)
        turn = pacer.wait(self._time_is_up)
        if turn is None:
            raise OutOfTimeError(operation.__name__)
        try:
            response = operation(**parameters)
        except ClientError as error:
            throttled = _is_throttled(error)
            (pacer.throttled if throttled else pacer.passed)(turn)
            raise CallFailedError(
                operation.__name__,
                _code(error),
                _message(error),
                is_passing=throttled or _is_server_fault(error),
                is_throttled=throttled,
            ) from error
        except (BotoCoreError, HTTPError) as error:
            passing = isinstance(error, BROKEN_CONNECTION)
            raise CallFailedError(operation.__name__, type(error).__name__, str(error), is_passing=passing) from error
        pacer.passed(turn)
        return response

    def throttled(self, operation: Callable[..., Any], attempt: int) -> None:
        """Slow an operation down, because a response says so in its body, as those of batch operations do."""
        self.pacer(operation).throttled()
        self._back_off(attempt)

    def _back_off(self, attempt: int) -> None:
        self._sleep(self._jitter() * min(FIRST_DELAY_SECONDS * 2**attempt, LONGEST_DELAY_SECONDS))

    def pages(self, operation: Callable[..., Any], **parameters: Any) -> Iterator[Any]:
        """Yield the pages of an operation with `nextToken`. Raises CallFailedError."""
        while True:
            page = self(operation, **parameters)
            yield page
            token = page.get("nextToken")
            if not token:
                return
            parameters["nextToken"] = token


def _code(error: ClientError) -> str:
    # A text: the runtime's boto3 may lack newer exception classes.
    return str(error.response.get("Error", {}).get("Code", ""))


def _message(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Message", ""))


def _is_throttled(error: ClientError) -> bool:
    # LimitExceededException is a quota, not throttling.
    return _code(error) in THROTTLING_CODES or _http_status(error) == 429


def _is_server_fault(error: ClientError) -> bool:
    return _code(error) in PASSING_CODES or _http_status(error) >= 500


def _http_status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
