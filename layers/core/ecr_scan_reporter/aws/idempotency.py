"""Deduplication: a call runs once for each key, with Powertools' idempotency on a DynamoDB table.

https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/
"""

from collections.abc import Callable
from typing import Any

import boto3
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyPersistenceLayerError,
)

from ecr_scan_reporter.errors import CallFailedError, ConcurrentEventError

# Lambda retries after a minute. By then, the record of a killed invocation must have expired.
IN_PROGRESS_MILLISECONDS = 50_000
# EventBridge retries an event for 24 hours at most.
REMEMBERED_SECONDS = 24 * 3600


class IdempotencyTable:
    """Stores the keys of the last day, with the result of each."""

    def __init__(self, table: str, session: boto3.Session) -> None:
        # The shared session: with its own, Powertools would load botocore's models a second time at each cold start.
        self._store = DynamoDBPersistenceLayer(table_name=table, boto3_session=session)

    def once(self, key: str, do: Callable[[], str], context: Any = None) -> str:
        """Call `do` and return its result; for a known key, return the first result without a call.

        Raises ConcurrentEventError while another invocation does it, CallFailedError when the table cannot be used.
        `context` is that of the invocation.
        """
        config = IdempotencyConfig(expires_after_seconds=REMEMBERED_SECONDS)
        if hasattr(context, "get_remaining_time_in_millis"):
            # Without a context, the record of a killed invocation would block its key for the whole day.
            config.register_lambda_context(_ShortContext(context))  # type: ignore[arg-type]

        # Powertools reads the key, and stores it with the name of this function: a new name forgets the last day.
        def call(key: str) -> str:  # noqa: ARG001
            return do()

        once = idempotent_function(call, data_keyword_argument="key", persistence_store=self._store, config=config)
        try:
            return str(once(key=key))
        except IdempotencyAlreadyInProgressError as error:
            raise ConcurrentEventError("once", "another invocation delivers the same message") from error
        except IdempotencyPersistenceLayerError as error:
            raise CallFailedError("once", type(error).__name__, str(error), is_passing=True) from error


class _ShortContext:
    """The context of an invocation, with at most IN_PROGRESS_MILLISECONDS of remaining time."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def get_remaining_time_in_millis(self) -> int:
        return min(int(self._context.get_remaining_time_in_millis()), IN_PROGRESS_MILLISECONDS)
