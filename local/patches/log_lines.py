"""All log lines of an invocation belong to it.

Why: after a response, ministack waits 5 ms for each further line. On a busy machine the rest counts as log of the next
invocation, and stays invisible until then.
Goes when: ministack reads the pipe of a worker to its end.
"""

from typing import Any

from ministack.core import lambda_runtime

from local.patches.replacing import replace
from local.worker_logs import drain


def apply() -> None:
    """Read the pipe of a worker to its end after each invocation."""
    replace(lambda_runtime.Worker, "_drain_stderr_bounded", _drain)


def _drain(worker: Any, *_: object, **__: object) -> str:
    return drain(worker._stderr_queue, worker._proc.stderr if worker._proc else None)
