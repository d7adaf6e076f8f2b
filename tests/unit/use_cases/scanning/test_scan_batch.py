import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ecr_scan_reporter.concurrency.threads import ThreadedMap
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary
from ecr_scan_reporter.errors import InvalidInputError, JobIncompleteError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.scanning.scan_batch import JobResult, scan_batch
from tests.unit.use_cases.fakes import FakeQueue, one_at_a_time

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

    results = scan_batch({name: body(name) for name in "abcd"}, scan, FakeQueue(), four_at_a_time)
    assert {key: result.summary.repository for key, result in results.items() if result.summary} == {
        name: name for name in "abcd"
    }


def test_jobs_of_the_same_repository_come_one_after_the_other(four_at_a_time: ThreadedMap) -> None:
    alone, overlaps = threading.Lock(), [0]

    def scan(job: ScanJob) -> ScanSummary:
        if alone.acquire(blocking=False):
            time.sleep(0.02)  # long enough for another thread to begin
            alone.release()
        else:
            overlaps[0] += 1
        return ScanSummary(job.repository)

    assert len(scan_batch({str(n): body("team/app") for n in range(4)}, scan, FakeQueue(), four_at_a_time)) == 4
    assert overlaps == [0]


def test_a_job_that_fails_fails_alone_whatever_its_error_is() -> None:
    def scan(job: ScanJob) -> ScanSummary:
        if job.repository == "broken":
            raise ZeroDivisionError
        if job.repository == "gone":
            raise RepositoryNotFoundError(job.repository)
        return ScanSummary(job.repository)

    results = scan_batch({name: body(name) for name in ("broken", "good", "gone")}, scan, FakeQueue(), one_at_a_time)
    assert isinstance(results["broken"].error, ZeroDivisionError)
    assert results["good"].summary is not None
    assert results["gone"] == JobResult(ScanJob("gone"))


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "[" * 100_000, '{"repositoryName": ' + "[" * 100_000])
def test_a_body_that_is_no_job_fails_alone(text: str) -> None:
    results = scan_batch(
        {"bad": text, "good": body("team/app")}, lambda job: ScanSummary(job.repository), FakeQueue(), one_at_a_time
    )
    assert isinstance(results["bad"].error, InvalidInputError)
    assert results["good"].summary is not None


def test_the_results_come_in_the_order_of_the_messages() -> None:
    bodies = {"1": body("a"), "2": "no job", "3": body("b"), "4": body("a")}
    results = scan_batch(bodies, lambda job: ScanSummary(job.repository), FakeQueue(), one_at_a_time)
    assert list(results) == ["1", "2", "3", "4"]


def unfinished(job: ScanJob) -> ScanSummary:
    return ScanSummary(job.repository, images=7, is_finished=False)


def test_a_job_that_is_not_done_is_sent_again_and_its_message_is_done() -> None:
    queue = FakeQueue()
    results = scan_batch({"1": body("a")}, unfinished, queue, one_at_a_time)
    assert queue.sent == [(ScanJob("a", continuation=1), 10)]
    assert results["1"].error is None


def test_a_job_that_cannot_be_sent_again_fails_alone_and_keeps_its_summary() -> None:
    """Its message goes back to the queue; the started scans are logged and counted all the same."""

    def scan(job: ScanJob) -> ScanSummary:
        return unfinished(job) if job.repository == "a" else ScanSummary(job.repository)

    bodies = {"1": json.dumps({"repositoryName": "a", "continuation": 100}), "2": body("b")}
    results = scan_batch(bodies, scan, FakeQueue(), one_at_a_time)
    assert isinstance(results["1"].error, JobIncompleteError)
    assert results["1"].summary is not None
    assert results["1"].summary.images == 7
    assert results["2"].error is None


def test_a_job_with_images_that_met_faults_goes_back_to_the_queue() -> None:
    def scan(job: ScanJob) -> ScanSummary:
        return ScanSummary(job.repository, images=3, failed=1, first_error="InternalError")

    queue = FakeQueue()
    results = scan_batch({"1": body("a")}, scan, queue, one_at_a_time)
    assert str(results["1"].error) == "1 images of a failed; the first: InternalError"
    assert queue.sent == []
