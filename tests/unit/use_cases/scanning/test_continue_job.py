"""A job that runs out of time goes on in the next invocation."""

from dataclasses import replace

import pytest

from ecr_scan_reporter.domain.registry.images import ImageReference
from ecr_scan_reporter.domain.scanning.jobs import MAX_CONTINUATIONS, ScanJob
from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary
from ecr_scan_reporter.errors import JobIncompleteError
from ecr_scan_reporter.use_cases.scanning.scan_repository import continue_job
from tests.unit.use_cases.fakes import FakeLedger, FakeQueue, FakeRegistry
from tests.unit.use_cases.scanning.scans import JOB, after_starts, images, scan


def test_a_job_that_is_out_of_time_before_it_begins_asks_nothing() -> None:
    registry = FakeRegistry(images(3))
    summary = scan(registry, time_is_up=lambda: True)
    assert (summary.is_finished, registry.listings) == (False, [])


def test_a_job_goes_on_where_it_ran_out_of_time() -> None:
    listed, ledger, queue = images(10), FakeLedger(), FakeQueue()
    registry = FakeRegistry(listed)
    job = JOB
    for _ in range(5):
        summary = scan(registry, ledger, job, time_is_up=after_starts(registry, 4))
        if summary.is_finished:
            break
        continue_job(job, summary, queue)
        job, delay = queue.sent[-1]
        assert delay == 10
        assert len(ledger.known) == len(registry.started)
    assert (summary.is_finished, job.continuation) == (True, 2)
    assert registry.started == [image.digest for image in listed]


def test_a_finished_job_is_done() -> None:
    queue = FakeQueue()
    continue_job(JOB, ScanSummary("team/app"), queue)
    assert queue.sent == []


def test_a_job_that_ran_out_of_time_is_sent_again_with_all_its_members() -> None:
    queue = FakeQueue()
    job = ScanJob("team/app", region="us-east-1", images=(ImageReference(tag="1.2"),), dry_run=True, continuation=3)
    continue_job(job, ScanSummary("team/app", is_finished=False, images=7, failed=2), queue)
    assert queue.sent == [(replace(job, continuation=4), 10)]


def test_a_job_that_found_no_time_at_all_waits_longer() -> None:
    queue = FakeQueue()
    continue_job(JOB, ScanSummary("team/app", is_finished=False), queue)
    assert queue.sent == [(replace(JOB, continuation=1), 60)]


def test_a_job_with_faults_fails_so_that_the_queue_tries_it_again() -> None:
    with pytest.raises(JobIncompleteError, match="2 images of team/app failed; the first: why"):
        continue_job(JOB, ScanSummary("team/app", failed=2, first_error="why"), FakeQueue())


def test_a_job_that_never_ends_fails() -> None:
    queue = FakeQueue()
    with pytest.raises(JobIncompleteError):
        continue_job(replace(JOB, continuation=MAX_CONTINUATIONS), ScanSummary("team/app", is_finished=False), queue)
    assert queue.sent == []
