"""A queue that delivers as SQS does: at least once, again after a failure, in any order."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from benchmarks.stub_process import StubProcess

MAX_DELIVERIES = 200


class Deliveries:
    """Delivers jobs to the images scanner until none is left."""

    def __init__(self, stub: StubProcess, handler: Callable[[dict[str, Any], Any], Any]) -> None:
        self._stub = stub
        self._handler = handler
        self._sent_again = 0

    def run(self, jobs: list[str], context: Any = None) -> None:
        """Deliver the jobs in batches of ten, failed and continued ones again; fail if that never ends."""
        for _ in range(MAX_DELIVERIES):
            if not jobs:
                return
            batch, jobs = jobs[:10], jobs[10:]
            answer = self._handler({"Records": [_record(str(n), body) for n, body in enumerate(batch)]}, context)
            failed = [batch[int(entry["itemIdentifier"])] for entry in answer["batchItemFailures"]]
            messages = self._stub.report().messages
            jobs = jobs + failed + messages[self._sent_again :]
            self._sent_again = len(messages)
        pytest.fail(f"{len(jobs)} jobs are still not done")


def _record(message_id: str, body: str) -> dict[str, Any]:
    return {"messageId": message_id, "eventSource": "aws:sqs", "body": body, "attributes": {}, "messageAttributes": {}}


def variables(url: str) -> dict[str, str]:
    """Return the environment of an images scanner that works on the stub."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "IMAGES_SCAN_JOBS_QUEUE_URL": f"{url}/123456789012/jobs",
        "SCAN_LEDGER_TABLE": "ledger",
    }


def jobs_for(names: Iterator[str] | list[str], seed: int | None = None) -> list[str]:
    """Return the job of each repository; with a seed each twice, in a random order."""
    jobs = [json.dumps({"repositoryName": name}) for name in names]
    if seed is not None:
        jobs *= 2
        random.Random(seed).shuffle(jobs)
    return jobs
