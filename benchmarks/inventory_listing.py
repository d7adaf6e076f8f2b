"""The listing of a registry by the inventory, against the stub: in a process of its own."""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.child import Measured, Work, measure
from benchmarks.functions_work import point_at
from benchmarks.stub_process import StubProcess

REPOSITORIES, IMAGES, THREADS = 1_000, 100, 16


def measure_listing() -> Measured:
    """List 1,000 repositories of 100 images at 40 ms a call, with the tags of each repository, into new files."""
    with StubProcess(repositories=REPOSITORIES, images=IMAGES) as stub:
        return measure(listing_work, stub.url)


def listing_work(url: str) -> Work:
    """Return what lists the registry."""
    point_at(url, THREADS)
    from ecr_scan_reporter.bootstrap.clients import Clients
    from ecr_scan_reporter.bootstrap.inventory import REPOSITORIES_AT_A_TIME
    from ecr_scan_reporter.concurrency.threads import ThreadedMap
    from ecr_scan_reporter.domain.durations import parse_duration
    from ecr_scan_reporter.snapshot.files import SnapshotFiles
    from ecr_scan_reporter.snapshot.writing.builder import SnapshotBuilder
    from ecr_scan_reporter.snapshot.writing.suppressions import Suppressions
    from ecr_scan_reporter.use_cases.inventory.list_registry import list_registry
    from ecr_scan_reporter.use_cases.inventory.progress import NoProgress

    registry, now = Clients(THREADS).registry(), datetime.now(UTC)
    across = ThreadedMap(ThreadPoolExecutor(REPOSITORIES_AT_A_TIME), REPOSITORIES_AT_A_TIME)

    def work() -> None:
        with tempfile.TemporaryDirectory() as folder:
            builder = SnapshotBuilder(
                SnapshotFiles(Path(folder)),
                Suppressions((), now.date()),
                is_fresh=True,
                has_history=False,
                max_age=parse_duration("7d"),
                now=now,
            )
            errors = list_registry(
                registry,
                builder,
                across,
                owner_key="owner",
                time_is_up=lambda: False,
                progress=NoProgress(),
                now=now,
            )
            listed = builder.counts()[:2]
            if errors or listed != (REPOSITORIES, REPOSITORIES * IMAGES):
                sys.exit(f"not exact: {listed}, {errors[:3]}")

    return work
