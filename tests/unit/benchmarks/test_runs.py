from collections import Counter

import pytest

from benchmarks.child import Measured
from benchmarks.minimum import ImagesCase, RepositoriesCase
from benchmarks.runs import NotExactError, checked_images, checked_jobs
from benchmarks.stub_process import Report

MEASURED = Measured(seconds=1.0, cpu_seconds=0.5, peak_mb=50.0)
DUE = Counter({("team/app", "sha256:1"): 1, ("team/app", "sha256:2"): 1})


def report(started: Counter[tuple[str, str]], messages: list[str] | None = None) -> Report:
    return Report(Counter(), DUE, started, Counter(), messages or [])


def test_a_run_that_started_each_due_scan_once_is_taken() -> None:
    assert checked_images(MEASURED, report(Counter(DUE))).measured is MEASURED


@pytest.mark.parametrize(
    "started",
    [
        pytest.param(Counter({("team/app", "sha256:1"): 1}), id="one is missing"),
        pytest.param(DUE + DUE, id="each twice"),
        pytest.param(DUE + Counter({("team/app", "sha256:3"): 1}), id="one that is not due"),
    ],
)
def test_a_run_that_is_not_exact_is_refused(started: Counter[tuple[str, str]]) -> None:
    with pytest.raises(NotExactError):
        checked_images(MEASURED, report(started))


def test_a_repository_queued_twice_is_refused() -> None:
    jobs = ['{"repositoryName": "team-0/app-00000"}', '{"repositoryName": "team-1/app-00001"}']
    checked_jobs(MEASURED, report(Counter(), jobs), RepositoriesCase(2))
    with pytest.raises(NotExactError):
        checked_jobs(MEASURED, report(Counter(), [*jobs, jobs[0]]), RepositoriesCase(2))


def test_the_fewest_calls_of_a_first_run() -> None:
    assert ImagesCase(images=10_000, due=2_000, ledger_is_full=False).minimum == {
        "ListTagsForResource": 1,
        "DescribeImages": 10,
        "PutItem": 1,
        "Query": 1,
        "DescribeImageScanFindings": 10_000,
        "StartImageScan": 2_000,
        "BatchWriteItem": 400,
    }
