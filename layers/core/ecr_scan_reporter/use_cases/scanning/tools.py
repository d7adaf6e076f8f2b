"""The tools of a scan job: AWS, threads, and the clock of the invocation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ecr_scan_reporter.concurrency.task_groups import TaskGroup, sequential
from ecr_scan_reporter.concurrency.threads import ConcurrentMap
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.scanning.limits import FirstImages
from ecr_scan_reporter.domain.scanning.outcomes import ImageOutcome
from ecr_scan_reporter.use_cases.scanning.ports import Ledger, Registry, Reports


@dataclass(frozen=True, slots=True)
class ScanTools:
    """The dependencies of a job. Without `reports`, a scan whose event was lost stays unreported.

    After `time_is_up`, a job takes no further image. A job calls `wait_for_turn` before it holds more than a page of
    images or of ledger items; False means that time is up. `on_outcome` gets the outcome of each image, in one thread.
    `first_images` returns the images of a repository that come first across the registry, None where there is no order.
    """

    registry: Registry
    ledger: Ledger
    concurrently: ConcurrentMap
    task_group: TaskGroup = sequential
    reports: Reports | None = None
    time_is_up: Callable[[], bool] = lambda: False
    wait_for_turn: Callable[[], bool] = lambda: True
    on_outcome: Callable[[ImageOutcome], None] = lambda _: None
    first_images: Callable[[Repository, datetime], FirstImages | None] = lambda _, __: None
