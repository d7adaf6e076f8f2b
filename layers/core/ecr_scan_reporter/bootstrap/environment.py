"""The dependencies of a function, made once from its environment; in Lambda, while the function starts.

Each function has a module of its own name here, and imports only its accessor. So no cold start pays for the
dependencies of another function.
"""

import os
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from ecr_scan_reporter.settings.variables import Environment

Made = TypeVar("Made")
Snapshot = frozenset[tuple[str, str]]


def made_once(make: Callable[[Environment], Made]) -> Callable[[], Made]:
    """Return an accessor that calls `make` on first use, and again only after the environment has changed.

    The accessor raises the errors of `make`, each time.
    """

    @lru_cache(maxsize=1)
    def make_of(snapshot: Snapshot) -> Made:
        return make(dict(snapshot))

    def access() -> Made:
        return make_of(_snapshot())

    access.__name__, access.__module__, access.__doc__ = make.__name__, make.__module__, make.__doc__
    return access


def initialise_early(access: Callable[[], object]) -> None:
    """In Lambda, call `access` now: a starting function has a whole processor, and stops on a wrong variable."""
    if "AWS_LAMBDA_RUNTIME_API" in os.environ:
        access()


def _snapshot() -> Snapshot:
    # Names with an underscore (_X_AMZN_TRACE_ID) change with each invocation, and are no settings.
    return frozenset((name, value) for name, value in os.environ.items() if not name.startswith("_"))
