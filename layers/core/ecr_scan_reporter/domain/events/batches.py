"""The response to a batch of messages from a queue.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
"""

from collections.abc import Iterable


def failed_messages(ids: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """Return the response that sends the messages with these ids back to the queue, and deletes the others."""
    return {"batchItemFailures": [{"itemIdentifier": message} for message in ids]}
