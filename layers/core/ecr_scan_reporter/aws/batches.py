"""Batch operations: a successful response may name a part that AWS has not processed."""

from collections.abc import Callable, Sized
from typing import Any, TypeVar

from ecr_scan_reporter.aws.retries import Caller

Batch = TypeVar("Batch", bound=Sized)


def retry_undone(
    caller: Caller,
    operation: Callable[..., Any],
    batch: Batch,
    attempt: Callable[[Batch], Batch],
    attempts: int,
) -> Batch:
    """Attempt a batch, then retry what an attempt returns, `attempts` times in all. Return what remains.

    `attempt` sends a batch and returns the part to retry, empty for none. Between two attempts, the caller slows the
    operation down: AWS leaves a part unprocessed when it throttles.
    """
    for number in range(attempts):
        batch = attempt(batch)
        if not batch or number + 1 == attempts:
            break
        caller.throttled(operation, number)
    return batch
