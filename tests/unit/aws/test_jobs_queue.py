import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.aws.jobs_queue import ATTEMPTS, BATCH_BYTES, JobsQueue, batches
from ecr_scan_reporter.domain.registry.images import ImageReference
from ecr_scan_reporter.domain.scanning.jobs import ScanJob, format_job
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clock import FakeClock, make_caller
from tests.unit.samples import digest
from tests.unit.use_cases.fakes import one_at_a_time

URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"
Failure = dict[str, Any]
BUSY: Failure = {"Code": "InternalError", "Message": "busy", "SenderFault": False}
WRONG: Failure = {"Code": "InvalidMessageContents", "Message": "wrong", "SenderFault": True}


class FakeSqs:
    """SQS; `failures` has, for each repository, what its entry meets in one attempt after the other."""

    def __init__(self, failures: dict[str, list[Failure]] | None = None, error: Exception | None = None) -> None:
        self.failures = failures or {}
        self.error = error
        self.received: list[str] = []
        self.batch_sizes: list[int] = []
        self.single: list[dict[str, Any]] = []

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl == URL
        assert len({entry["Id"] for entry in Entries}) == len(Entries)
        self.batch_sizes.append(len(Entries))
        if self.error:
            raise self.error
        failed = []
        for entry in Entries:
            name = json.loads(entry["MessageBody"])["repositoryName"]
            if self.failures.get(name):
                failed.append({"Id": entry["Id"], **self.failures[name].pop(0)})
            else:
                self.received.append(name)
        return {"Failed": failed} if failed else {}

    def send_message(self, **parameters: Any) -> dict[str, Any]:
        self.single.append(parameters)
        return {}


def queue_on(sqs: FakeSqs, clock: FakeClock | None = None) -> JobsQueue:
    return JobsQueue(sqs, make_caller(clock), one_at_a_time, URL)  # type: ignore[arg-type]


def jobs(count: int) -> list[ScanJob]:
    return [ScanJob(f"r{n}") for n in range(count)]


def test_jobs_are_sent_in_batches_of_ten() -> None:
    sqs = FakeSqs()
    outcomes = list(queue_on(sqs).send_all(jobs(25)))
    assert sqs.batch_sizes == [10, 10, 5]
    assert outcomes == [(job, "") for job in jobs(25)]


def test_nothing_is_sent_where_there_is_nothing() -> None:
    sqs = FakeSqs()
    assert list(queue_on(sqs).send_all([])) == []
    assert sqs.batch_sizes == []


def test_entries_that_a_good_answer_says_have_failed_are_sent_again_and_only_these() -> None:
    sqs, clock = FakeSqs({"r3": [BUSY], "r7": [BUSY, BUSY]}), FakeClock()
    outcomes = list(queue_on(sqs, clock).send_all(jobs(10)))
    assert sqs.batch_sizes == [10, 2, 1]
    assert sorted(sqs.received) == sorted(job.repository for job in jobs(10))
    assert [error for _, error in outcomes] == [""] * 10
    assert clock.sleeps


def test_an_entry_that_is_the_senders_fault_is_not_sent_again() -> None:
    sqs = FakeSqs({"r1": [WRONG], "r2": [BUSY]})
    outcomes = {job.repository: error for job, error in queue_on(sqs).send_all(jobs(3))}
    assert sqs.batch_sizes == [3, 1]
    assert outcomes == {"r0": "", "r1": "InvalidMessageContents: wrong", "r2": ""}


def test_an_entry_that_fails_for_good_is_returned_and_holds_up_no_other() -> None:
    sqs = FakeSqs({"r1": [BUSY] * 100})
    outcomes = {job.repository: error for job, error in queue_on(sqs).send_all(jobs(12))}
    assert sqs.batch_sizes == [10] + [1] * (ATTEMPTS - 1) + [2]
    assert outcomes == {f"r{n}": "InternalError: busy" if n == 1 else "" for n in range(12)}


def test_a_refused_batch_names_the_reason_for_each_of_its_jobs() -> None:
    error = ClientError({"Error": {"Code": "AccessDenied", "Message": "not you"}}, "SendMessageBatch")
    outcomes = list(queue_on(FakeSqs(error=error)).send_all(jobs(2)))
    assert [error for _, error in outcomes] == ["send_message_batch failed: AccessDenied: not you"] * 2


def test_a_single_job_is_sent_with_its_delay() -> None:
    sqs = FakeSqs()
    queue_on(sqs).send(ScanJob("team/app", continuation=1), delay_seconds=10)
    assert sqs.single == [
        {
            "QueueUrl": URL,
            "MessageBody": '{"repositoryName": "team/app", "continuation": 1}',
            "DelaySeconds": 10,
        }
    ]


def test_a_single_job_that_cannot_be_sent_is_an_error() -> None:
    class Refusing(FakeSqs):
        def send_message(self, **parameters: Any) -> dict[str, Any]:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not you"}}, "SendMessage")

    with pytest.raises(CallFailedError, match="AccessDenied: not you"):
        queue_on(Refusing()).send(ScanJob("team/app"))


def test_large_jobs_make_smaller_batches() -> None:
    large = ScanJob("team/app", images=tuple(ImageReference(digest=digest(n)) for n in range(1_000)))
    sizes = [len(batch) for batch in batches([large] * 7)]
    assert sizes == [2, 2, 2, 1]
    assert 2 * len(format_job(large)) <= BATCH_BYTES < 3 * len(format_job(large))


@given(st.lists(st.integers(1, BATCH_BYTES + 1_000), max_size=60))
def test_batches_hold_at_most_ten_jobs_and_256_kib_and_lose_none(sizes: list[int]) -> None:
    numbered = [ScanJob(f"r{n}") for n in range(len(sizes))]
    size = dict(zip(numbered, sizes, strict=True))
    made = list(batches(numbered, size.__getitem__))
    assert [job for batch in made for job in batch] == numbered
    for batch in made:
        assert 1 <= len(batch) <= 10
        assert sum(map(size.__getitem__, batch)) <= BATCH_BYTES or len(batch) == 1
