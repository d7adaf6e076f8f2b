"""The necessary calls of the functions, bare: boto3 and a thread pool, without decisions, logs or records."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.child import Work
from benchmarks.functions_work import ACCOUNT, point_at
from benchmarks.minimum import LEDGER_BATCH, PAGE, QUEUE_BATCH


def bare_images_work(
    url: str, threads: int, repository: str, unknown: Sequence[str], due: Sequence[str], ledger: str = "ledger"
) -> Work:
    """Return the calls for one repository: its tags, its images, the ledger, the unknown ones and the due ones."""
    point_at(url, threads)
    ecr, dynamodb = _client("ecr", threads), _client("dynamodb", threads)
    partition = f"{ACCOUNT}/us-east-1/{repository}"
    writes = [{ledger: [_put(partition, digest) for digest in batch]} for batch in _cut(unknown or due, LEDGER_BATCH)]
    query = {
        "TableName": ledger,
        "KeyConditionExpression": "repository = :repository",
        "ExpressionAttributeValues": {":repository": {"S": partition}},
    }

    def read_last_scan(digest: str) -> None:
        ecr.describe_image_scan_findings(repositoryName=repository, imageId={"imageDigest": digest}, maxResults=1)

    def start(digest: str) -> None:
        ecr.start_image_scan(repositoryName=repository, imageId={"imageDigest": digest})

    def write(batch: Any) -> None:
        dynamodb.batch_write_item(RequestItems=batch)

    def work() -> None:
        ecr.list_tags_for_resource(resourceArn=f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/{repository}")
        _pages(ecr.describe_images, "nextToken", "nextToken", repositoryName=repository, maxResults=PAGE)
        _pages(dynamodb.query, "LastEvaluatedKey", "ExclusiveStartKey", **query)
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(read_last_scan, unknown))
            list(pool.map(start, due))
            list(pool.map(write, writes))
        dynamodb.put_item(TableName=ledger, Item=_key(partition, "coverage"))

    return work


def bare_repositories_work(url: str, threads: int, names: Sequence[str]) -> Work:
    """Return the calls for one registry: list, send."""
    point_at(url, threads)
    ecr, sqs = _client("ecr", threads), _client("sqs", threads)
    queue = f"{url}/{ACCOUNT}/jobs"
    bodies = [json.dumps({"repositoryName": name}) for name in names]
    batches = [
        [{"Id": str(number), "MessageBody": body} for number, body in enumerate(batch)]
        for batch in _cut(bodies, QUEUE_BATCH)
    ]

    def work() -> None:
        _pages(ecr.describe_repositories, "nextToken", "nextToken", maxResults=PAGE)
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda batch: sqs.send_message_batch(QueueUrl=queue, Entries=batch), batches))

    return work


def _client(service: str, threads: int) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(max_pool_connections=threads, retries={"mode": "standard", "total_max_attempts": 1})
    return boto3.Session().client(service, config=config)  # type: ignore[call-overload]


def _pages(operation: Any, given: str, wanted: str, **parameters: Any) -> None:
    while token := operation(**parameters).get(given):
        parameters[wanted] = token


def _cut(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _put(partition: str, digest: str) -> dict[str, Any]:
    number = {"N": "1800000000"}
    item = {**_key(partition, f"{digest}#scanner"), "status": {"S": "IN_PROGRESS"}}
    return {"PutRequest": {"Item": {**item, "triedAt": number, "expiresAt": number}}}


def _key(partition: str, record: str) -> dict[str, Any]:
    return {"repository": {"S": partition}, "record": {"S": record}}
