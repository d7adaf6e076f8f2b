"""The metrics as text, rendered once a snapshot."""

import gzip
from dataclasses import dataclass
from threading import Lock

from prometheus_client import CollectorRegistry, generate_latest

from ecr_scan_reporter.domain.inventory.measures import MetricsDetail
from ecr_scan_reporter.exporter.collector import InventoryCollector
from ecr_scan_reporter.use_cases.inventory.ports import MeasuredInventory

# https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LEVEL = 5


@dataclass(frozen=True, slots=True)
class MetricsText:
    """The text, compressed; `size` are its bytes before that."""

    packed: bytes
    size: int


class RenderedMetrics:
    """Renders the metrics of a snapshot, and keeps the text until the next one, for each detail."""

    def __init__(self) -> None:
        self._kept: dict[MetricsDetail, tuple[str, MetricsText]] = {}
        self._lock = Lock()

    def __call__(self, inventory: MeasuredInventory, detail: MetricsDetail) -> MetricsText:
        """Return the text."""
        snapshot = inventory.info.id
        with self._lock:
            kept = self._kept.get(detail)
            if kept is None or kept[0] != snapshot:
                kept = self._kept[detail] = (snapshot, _render(inventory, detail))
            return kept[1]


def _render(inventory: MeasuredInventory, detail: MetricsDetail) -> MetricsText:
    registry = CollectorRegistry()
    registry.register(InventoryCollector(inventory, detail))
    text = generate_latest(registry)
    return MetricsText(gzip.compress(text, _LEVEL, mtime=0), len(text))
