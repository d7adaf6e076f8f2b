"""Batch operations: a good answer may leave a part undone, which is sent again."""

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
    """Attempt a batch, and what the attempt leaves of it, at most so many times; return what is left in the end.

    `attempt` sends a batch and returns the part to send again, empty when there is none. Between two attempts the
    caller slows the operation down: AWS leaves a part undone when it throttles.
    """
    for number in range(attempts):
        batch = attempt(batch)
        if not batch or number + 1 == attempts:
            break
        caller.throttled(operation, number)
    return batch
