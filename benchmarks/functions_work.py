"""The work of the functions, measured in a process of its own: import, make the clients, run the handler."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.child import Work

ROOT = Path(__file__).parents[1]
ACCOUNT = "123456789012"
BATCH = 10
STORES = {
    "SCAN_LEDGER_TABLE": "ledger",
    "IDEMPOTENCY_TABLE": "events",
    "FINDINGS_BUCKET": "findings",
    "SUPPRESSIONS_TABLE": "suppressions",
}


def point_at(url: str, threads: int) -> None:
    """Set the environment of a function on the stub, in place of the whole environment of the terminal."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "POWERTOOLS_"))]:
        del os.environ[name]
    os.environ.update(variables(url, threads))


API_VARIABLES = {
    "SUPPRESSIONS_TABLE": "suppressions",
    "SCAN_CONFIGS_TABLE": "configs",
    "API_READ_TOKEN_SECRET": f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:read",
    "API_WRITE_TOKEN_SECRET": f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:write",
}


def variables(url: str, threads: int) -> dict[str, str]:
    """Return the environment of all functions."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
        "IMAGES_SCAN_JOBS_QUEUE_URL": f"{url}/{ACCOUNT}/jobs",
        "ECR_SNS_REPORT_TOPIC_ARN": f"arn:aws:sns:us-east-1:{ACCOUNT}:reports",
        "SCAN_LEDGER_TABLE": "ledger",
        "IDEMPOTENCY_TABLE": "events",
        "FINDINGS_BUCKET": "findings",
        "SCANNER_THREADS": str(threads),
    }


def images_scanner_work(url: str, threads: int, repository: str) -> Work:
    """Return the handler of images_scanner with the job of one repository."""
    return images_scanner_batches_work(url, threads, [repository])


def images_scanner_batches_work(url: str, threads: int, repositories: list[str]) -> Work:
    """Return the handler of images_scanner with the jobs of repositories, ten in a batch, one batch after the other."""
    point_at(url, threads)
    sys.path.insert(0, str(ROOT / "functions"))
    import images_scanner
    from ecr_scan_reporter.bootstrap.images_scanner import images_scanner as make_all

    make_all()
    records = [
        {"messageId": name, "eventSource": "aws:sqs", "body": json.dumps({"repositoryName": name})}
        for name in repositories
    ]

    def work() -> None:
        for start in range(0, len(records), BATCH):
            answer = images_scanner.lambda_handler({"Records": records[start : start + BATCH]}, None)
            if answer["batchItemFailures"]:
                raise RuntimeError(f"images_scanner failed: {answer}")

    return work


def repositories_scanner_work(url: str, threads: int) -> Work:
    """Return the handler of repositories_scanner with the event of its schedule."""
    point_at(url, threads)
    sys.path.insert(0, str(ROOT / "functions"))
    import repositories_scanner
    from ecr_scan_reporter.bootstrap.repositories_scanner import repositories_scanner as make_all

    make_all()
    return lambda: repositories_scanner.lambda_handler({}, None)


def reporter_work(url: str, events: list[dict[str, Any]], stores: tuple[str, ...]) -> Work:
    """Return the handler of reporter with events, one after the other, and only these stores.

    It has handled the first event before, so the measurement is of a warm function.
    """
    point_at(url, threads=1)
    for name in STORES.keys() - set(stores):
        os.environ.pop(name, None)
    os.environ.update({name: STORES[name] for name in stores})
    sys.path.insert(0, str(ROOT / "functions"))
    import reporter

    first, *others = events
    reporter.lambda_handler(first, None)

    def work() -> None:
        for event in others:
            if not reporter.lambda_handler(event, None)["reported"]:
                raise RuntimeError(f"not reported: {event}")

    return work
