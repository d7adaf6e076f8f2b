"""Handle the same event once, with Powertools' idempotency on a DynamoDB table.

https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/
"""

from collections.abc import Callable, Mapping
from typing import Any

import boto3
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

# EventBridge tries for 24 hours at the most to deliver an event.
REMEMBERED_SECONDS = 24 * 3600

Handle = Callable[..., Any]


def once_per_event(table: str, session: boto3.Session) -> Callable[[Handle, Mapping[str, Any], Any], Any]:
    """Return a function that calls `handle(event=event)`, or answers as it did when the event came before.

    Events are told apart by their `id`; one without an id is handled each time. An event that is being handled in this
    very moment raises Powertools' IdempotencyAlreadyInProgressError, so that Lambda tries it again later.
    """
    # With a session of its own, Powertools would read botocore's models a second time at each cold start.
    store = DynamoDBPersistenceLayer(table_name=table, boto3_session=session)

    def call(handle: Handle, event: Mapping[str, Any], context: Any) -> Any:
        config = IdempotencyConfig(event_key_jmespath="id", expires_after_seconds=REMEMBERED_SECONDS)
        if hasattr(context, "get_remaining_time_in_millis"):
            # Without it, an invocation that was killed would leave its event in progress for the whole time above.
            config.register_lambda_context(context)
        once = idempotent_function(handle, data_keyword_argument="event", persistence_store=store, config=config)
        return once(event=event)

    return call
