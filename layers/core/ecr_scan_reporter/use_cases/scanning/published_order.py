"""The order of scans that the inventory published, as one container of the images scanner knows it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.scanning.limits import FirstImages
from ecr_scan_reporter.domain.scanning.order import ScanOrder, unpack_order
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError

READ_AGAIN_AFTER = timedelta(minutes=15)
# The inventory builds every half hour by default, once a day at the rarest that makes sense.
MAX_AGE = timedelta(days=2)


class OrderStore(Protocol):
    """Where the order is published."""

    def load(self) -> bytes:
        """Return the order as it was packed. Raises CallFailedError."""


class PublishedOrder:
    """Reads the order once for all jobs, and again after a while. Any thread may ask.

    `on_problem` gets one sentence when there is no order to go by. Scans then start as without an inventory.
    """

    def __init__(self, store: OrderStore, on_problem: Callable[[str], object]) -> None:
        self._store, self._on_problem = store, on_problem
        self._lock = Lock()
        self._order: ScanOrder | None = None
        self._read_at: datetime | None = None
        self._has_warned = False

    def of(self, repository: Repository, now: datetime) -> FirstImages | None:
        """Return the images of a repository that come first; None without an order."""
        with self._lock:
            if self._read_at is None or now - self._read_at > READ_AGAIN_AFTER:
                self._read_at = now
                self._read()
            order = self._order
            if order and now - order.built_at > MAX_AGE:
                self._warn(f"it is of {order.built_at:%Y-%m-%d %H:%M} UTC: look at the inventory's builds")
                return None
        return order.of(repository) if order else None

    def _read(self) -> None:
        try:
            self._order = unpack_order(self._store.load())
        except (CallFailedError, InvalidInputError) as error:
            self._warn(str(error))

    def _warn(self, reason: str) -> None:
        if not self._has_warned:
            self._has_warned = True
            self._on_problem(reason)
