"""One call of an endpoint: the request, what it asks, who asks, and what answers are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.exporter.rendered import RenderedMetrics
from ecr_scan_reporter.settings.api import ApiSettings
from ecr_scan_reporter.use_cases.configs import ScanConfigStore
from ecr_scan_reporter.use_cases.inventory.ports import Inventory
from ecr_scan_reporter.use_cases.suppressions.ports import SuppressionStore
from ecr_scan_reporter.web.access import Caller
from ecr_scan_reporter.web.messages import Request


class Tools(Protocol):
    """What answers are made of."""

    @property
    def settings(self) -> ApiSettings:
        """How callers are known, and whose registry it is."""

    def inventory(self) -> Inventory:
        """Return the current snapshot. Raises NoSnapshotError, CallFailedError."""

    @property
    def metrics(self) -> RenderedMetrics:
        """What renders a snapshot as metrics."""

    @property
    def suppressions(self) -> SuppressionStore:
        """The suppressions."""

    @property
    def configs(self) -> ScanConfigStore:
        """The scan configurations."""


@dataclass(frozen=True)
class Call:
    """A call. `values` are the parameters of the query, `path` the parts of the path in braces."""

    request: Request
    tools: Tools
    caller: Caller
    now: datetime
    path: Mapping[str, str]
    values: Mapping[str, Any]

    @cached_property
    def inventory(self) -> Inventory:
        """The snapshot that answers, the same to the end of the call. Raises NoSnapshotError, CallFailedError."""
        return self.tools.inventory()

    @property
    def info(self) -> SnapshotInfo:
        """Which snapshot answers. Raises as `inventory` does."""
        return self.inventory.info

    @property
    def as_of(self) -> datetime:
        """The moment from which durations count: that of the snapshot, so that all pages have the same question."""
        return self.info.built_at
