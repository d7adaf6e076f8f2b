"""What a function works with, made of its environment: once, and in Lambda while the function starts.

Each function has a room beside this module, under its own name, with the one accessor that it imports. So no function
pays at its cold start for what another one needs.
"""

import os
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from ecr_scan_reporter.settings.variables import Environment

Made = TypeVar("Made")
Snapshot = frozenset[tuple[str, str]]


def made_once(make: Callable[[Environment], Made]) -> Callable[[], Made]:
    """Return an accessor of what `make` returns: made on first use, and anew only when the environment changes.

    The accessor raises what `make` raises, each time.
    """

    @lru_cache(maxsize=1)
    def make_of(snapshot: Snapshot) -> Made:
        return make(dict(snapshot))

    def access() -> Made:
        return make_of(_snapshot())

    access.__name__, access.__module__, access.__doc__ = make.__name__, make.__module__, make.__doc__
    return access


def initialise_early(access: Callable[[], object]) -> None:
    """In Lambda, call `access` now, with the processor that a starting function has to itself.

    So a wrong variable stops the function at its start.
    """
    if "AWS_LAMBDA_RUNTIME_API" in os.environ:
        access()


def _snapshot() -> Snapshot:
    # Names with an underscore in front change with each invocation (_X_AMZN_TRACE_ID) and are none of our settings.
    return frozenset((name, value) for name, value in os.environ.items() if not name.startswith("_"))
