"""Do something once for each key, with Powertools' idempotency on a DynamoDB table.

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

# Lambda tries a second time after a minute: what was killed must not be in progress any more.
IN_PROGRESS_MILLISECONDS = 50_000
# EventBridge tries for 24 hours at the most to deliver an event.
REMEMBERED_SECONDS = 24 * 3600


class IdempotencyTable:
    """Remembers for a day what was done."""

    def __init__(self, table: str, session: boto3.Session) -> None:
        # With a session of its own, Powertools would read botocore's models a second time at each cold start.
        self._store = DynamoDBPersistenceLayer(table_name=table, boto3_session=session)

    def once(self, key: str, do: Callable[[], str], context: Any = None) -> str:
        """Return what `do` returns; or what it returned the first time, when the key came before.

        Raises ConcurrentEventError while another invocation does it, CallFailedError when the table cannot be used.
        `context` is that of the invocation.
        """
        config = IdempotencyConfig(expires_after_seconds=REMEMBERED_SECONDS)
        if hasattr(context, "get_remaining_time_in_millis"):
            # Without it, what was killed in its midst would stay in progress for the whole time above.
            config.register_lambda_context(_ShortContext(context))  # type: ignore[arg-type]

        def told(key: str) -> str:  # noqa: ARG001 - Powertools reads the key
            return do()

        answer = idempotent_function(told, data_keyword_argument="key", persistence_store=self._store, config=config)
        try:
            return str(answer(key=key))
        except IdempotencyAlreadyInProgressError as error:
            raise ConcurrentEventError("once", "another invocation delivers the same message") from error
        except IdempotencyPersistenceLayerError as error:
            raise CallFailedError("once", type(error).__name__, str(error), is_passing=True) from error


class _ShortContext:
    """The context of an invocation, of which only a minute is left at the most."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def get_remaining_time_in_millis(self) -> int:
        return min(int(self._context.get_remaining_time_in_millis()), IN_PROGRESS_MILLISECONDS)
