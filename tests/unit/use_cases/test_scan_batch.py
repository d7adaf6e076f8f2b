import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ecr_scan_reporter.concurrency.threads import ThreadedMap
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary
from ecr_scan_reporter.errors import InvalidInputError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.scanning.scan_batch import JobResult, scan_batch
from tests.unit.use_cases.fakes import one_at_a_time

PATIENCE = 10


@pytest.fixture
def four_at_a_time() -> Iterator[ThreadedMap]:
    with ThreadPoolExecutor(4) as executor:
        yield ThreadedMap(executor, 4)


def body(repository: str) -> str:
    return json.dumps({"repositoryName": repository})


def test_repositories_are_scanned_at_the_same_time(four_at_a_time: ThreadedMap) -> None:
    all_at_once = threading.Barrier(4, timeout=PATIENCE)

    def scan(job: ScanJob) -> ScanSummary:
        all_at_once.wait()
        return ScanSummary(job.repository)

    results = scan_batch({name: body(name) for name in "abcd"}, scan, four_at_a_time)
    assert {key: result.summary.repository for key, result in results.items() if result.summary} == {
        name: name for name in "abcd"
    }


def test_jobs_of_the_same_repository_come_one_after_the_other(four_at_a_time: ThreadedMap) -> None:
    at_work, most = [0], [0]
    lock = threading.Lock()

    def scan(job: ScanJob) -> ScanSummary:
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        with lock:
            at_work[0] -= 1
        return ScanSummary(job.repository)

    assert len(scan_batch({str(n): body("team/app") for n in range(4)}, scan, four_at_a_time)) == 4
    assert most == [1]


def test_a_job_that_fails_fails_alone_whatever_its_error_is() -> None:
    def scan(job: ScanJob) -> ScanSummary:
        if job.repository == "broken":
            raise ZeroDivisionError
        if job.repository == "gone":
            raise RepositoryNotFoundError(job.repository)
        return ScanSummary(job.repository)

    results = scan_batch({name: body(name) for name in ("broken", "good", "gone")}, scan, one_at_a_time)
    assert isinstance(results["broken"].error, ZeroDivisionError)
    assert results["good"].summary is not None
    assert results["gone"] == JobResult(ScanJob("gone"))


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "[" * 100_000, '{"repositoryName": ' + "[" * 100_000])
def test_a_body_that_is_no_job_fails_alone(text: str) -> None:
    results = scan_batch(
        {"bad": text, "good": body("team/app")}, lambda job: ScanSummary(job.repository), one_at_a_time
    )
    assert isinstance(results["bad"].error, InvalidInputError)
    assert results["good"].summary is not None
