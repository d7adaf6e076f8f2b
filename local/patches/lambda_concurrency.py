"""As many invocations run at the same time as this machine can hold; the others wait.

Why: ministack starts a process for each invocation that finds no idle one. Fifty scans that end together would mean
fifty cold starts at once, which take a machine with two cores most of a minute.
Goes when: ministack queues invocations beyond LAMBDA_ACCOUNT_CONCURRENCY instead of throttling them.
"""

import os
import threading
from typing import Any

from ministack.services import lambda_svc

from local.patches.replacing import replace


def apply() -> None:
    """Make invocations wait for a free worker."""
    places = threading.BoundedSemaphore(max(4, os.cpu_count() or 1))

    def execute(*arguments: Any, **named: Any) -> Any:
        with places:
            return original(*arguments, **named)

    original = replace(lambda_svc, "_execute_function", execute)
