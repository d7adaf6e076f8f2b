"""The jobs queue: an SQS queue with one message for each repository to scan."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.batches import retry_undone
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.concurrency.threads import ConcurrentMap
from ecr_scan_reporter.domain.scanning.jobs import ScanJob, format_job
from ecr_scan_reporter.errors import CallFailedError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
BATCH_SIZE = 10
BATCH_BYTES = 256 * 1024
ATTEMPTS = 5


class JobsQueue:
    """Sends jobs to one queue."""

    def __init__(self, client: "SQSClient", caller: Caller, concurrently: ConcurrentMap, url: str) -> None:
        self._client = client
        self._caller = caller
        self._concurrently = concurrently
        self._url = url

    def send(self, job: ScanJob, delay_seconds: int = 0) -> None:
        """Send one job, visible after the delay. Raises CallFailedError."""
        self._caller(
            self._client.send_message, QueueUrl=self._url, MessageBody=format_job(job), DelaySeconds=delay_seconds
        )

    def send_all(self, jobs: Iterable[ScanJob]) -> Iterator[tuple[ScanJob, str]]:
        """Send the jobs in batches, several at a time. Yield each job with its error, empty for a sent job."""
        for outcomes in self._concurrently(self._send_batch, batches(jobs)):
            yield from outcomes

    def _send_batch(self, jobs: Sequence[ScanJob]) -> list[tuple[ScanJob, str]]:
        """Send one batch, and retry the entries that failed, unless the sender is at fault."""
        errors: dict[int, str] = {}

        def attempt(batch: dict[int, ScanJob]) -> dict[int, ScanJob]:
            failed = self._attempt(batch)
            for key in batch:
                errors.pop(key, None)
            errors.update({key: text for key, (text, _) in failed.items()})
            return {key: batch[key] for key, (_, is_final) in failed.items() if not is_final}

        retry_undone(self._caller, self._client.send_message_batch, dict(enumerate(jobs)), attempt, ATTEMPTS)
        return [(job, errors.get(key, "")) for key, job in enumerate(jobs)]

    def _attempt(self, jobs: dict[int, ScanJob]) -> dict[int, tuple[str, bool]]:
        """Return the error of each failed entry, and whether it is final."""
        entries: Any = [{"Id": str(key), "MessageBody": format_job(job)} for key, job in jobs.items()]
        try:
            response = self._caller(self._client.send_message_batch, QueueUrl=self._url, Entries=entries)
        except CallFailedError as error:
            return dict.fromkeys(jobs, (str(error), True))
        return {
            int(entry["Id"]): (f"{entry.get('Code')}: {entry.get('Message')}", bool(entry.get("SenderFault")))
            for entry in response.get("Failed", ())
        }


def batches(
    jobs: Iterable[ScanJob], size: Callable[[ScanJob], int] = lambda job: len(format_job(job))
) -> Iterator[list[ScanJob]]:
    """Yield the jobs in batches for SQS: at most ten jobs and 256 KiB each."""
    batch: list[ScanJob] = []
    room = BATCH_BYTES
    for job in jobs:
        needed = size(job)
        if batch and (len(batch) == BATCH_SIZE or needed > room):
            yield batch
            batch, room = [], BATCH_BYTES
        batch.append(job)
        room -= needed
    if batch:
        yield batch
