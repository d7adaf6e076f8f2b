"""The answer to a batch of messages from a queue.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
"""

from collections.abc import Iterable


def failed_messages(ids: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """Return the answer with which the messages of these ids, and no others, go back to the queue."""
    return {"batchItemFailures": [{"itemIdentifier": message} for message in ids]}
