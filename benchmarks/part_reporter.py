"""reporter: the time of one scan event, with and without stores."""

import warnings
from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from benchmarks.child import measure
from benchmarks.functions_work import ACCOUNT, STORES, reporter_work
from benchmarks.runs import NotExactError, Run
from benchmarks.sections import Section, Target, table
from benchmarks.stub_aws import digest_of
from benchmarks.stub_process import StubProcess

REPOSITORIES, IMAGES, FINDINGS, TURNS = 10, 4, 30, 3
EVENTS = REPOSITORIES * IMAGES - 1  # without the first, which warms up
# With stores, the latency alone is 135 ms, because the steps depend on one another.
CASES: dict[str, tuple[tuple[str, ...], int]] = {
    "no stores": ((), 95),
    "all stores": (tuple(STORES), 190),
}


def measure_reporter() -> Section:
    """Measure an event of each case."""
    runs = {name: [_report(stores) for _ in range(TURNS)] for name, (stores, _) in CASES.items()}
    rows = [
        (
            name,
            f"{found[0].calls.total() / (EVENTS + 1):.1f}",
            f"{_milliseconds(found):.0f}",
            f"{median(run.measured.cpu_seconds for run in found) / EVENTS * 1000:.0f}",
            f"{max(run.measured.peak_mb for run in found):.0f}",
        )
        for name, found in runs.items()
    ]
    return Section(
        "reporter: one event",
        table(("stores", "calls an event", "an event, ms", "CPU of it, ms", "peak MB"), rows),
        [
            Target(f"reporter, {name}: an event", most, _milliseconds(runs[name]), " ms")
            for name, (_, most) in CASES.items()
        ],
    )


def _milliseconds(runs: list[Run]) -> float:
    return median(run.measured.seconds for run in runs) / EVENTS * 1000


def _report(stores: tuple[str, ...]) -> Run:
    warnings.simplefilter("ignore")
    with StubProcess(repositories=REPOSITORIES, images=IMAGES, findings=FINDINGS) as stub:
        measured = measure(reporter_work, stub.url, _events(), stores)
        report = stub.report()
    if len(report.published) != EVENTS + 1:
        raise NotExactError(f"{len(report.published)} messages for {EVENTS + 1} scans")
    return Run(measured, Counter(report.calls))


def _events() -> list[dict[str, Any]]:
    # The last scan of each image of the stub completed a day ago.
    ended_at = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    return [
        {
            "id": f"{repository}-{image}",
            "detail-type": "ECR Image Scan",
            "source": "aws.ecr",
            "account": ACCOUNT,
            "region": "us-east-1",
            "time": ended_at,
            "detail": {
                "scan-status": "COMPLETE",
                "repository-name": f"team-{repository % 10}/app-{repository:05d}",
                "image-digest": digest_of(image),
                "image-tags": [f"1.{image}"],
                "finding-severity-counts": {"HIGH": FINDINGS},
            },
        }
        for repository in range(REPOSITORIES)
        for image in range(IMAGES)
    ]
