"""The suppressions table of moto's DynamoDB, and the commands that work on it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import boto3
from click.testing import CliRunner, Result
from moto import mock_aws

from ecr_scan_reporter.cli.main import cli
from ecr_scan_reporter.domain.findings.documents import findings_key, result_document
from ecr_scan_reporter.domain.registry.images import ImageId
from tests.unit.samples import DIGEST, REPOSITORY, RESULT, SCANNED_IMAGE

TABLE = "suppressions"
BUCKET = "findings"
CALLER = "arn:aws:sts::123456789012:user/moto"
FILE = """
# Reviewed each quarter.
suppressions:
  - id: openssl-dev
    cve: CVE-2024-*
    repository: team/*
    tag: 1.10
    package: openssl*
    severity: MEDIUM
    reason: >
      Headers alone,
      nothing is linked.
    until: 2026-03-31
  - {id: curl, cve: CVE-2023-38545, reason: Not reachable., until: never, createdBy: carol}
"""


@contextmanager
def new_table() -> Iterator[None]:
    """Make the table, in an AWS of its own."""
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        yield


def run(*arguments: str, text: str | None = None) -> Result:
    """Run a command for suppressions; `text` is its standard input."""
    return CliRunner().invoke(cli, ["suppressions", *arguments], input=text, prog_name="ecr-scan-reporter")


def stored() -> dict[str, dict[str, str]]:
    """Return the attributes of each item in the table, by id."""
    items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    return {item.pop("id")["S"]: {key: value["S"] for key, value in item.items()} for item in items}


def add(id_: str, until: str = "never", **options: str) -> None:
    """Add a suppression, of which most is typical."""
    typical = {"cve": "CVE-2023-38545", "reason": "Not reachable."} | options
    arguments = [argument for name, value in typical.items() for argument in (f"--{name}", value)]
    result = run("add", "--id", id_, "--until", until, *arguments)
    assert result.exit_code == 0, result.stderr


def add_broken_item() -> None:
    """Put an item into the table that is no suppression."""
    boto3.client("dynamodb").put_item(TableName=TABLE, Item={"id": {"S": "broken"}, "cve": {"S": "*"}})


def put_results(*repositories: str) -> None:
    """Make the findings bucket, with the result of an image of each of these repositories."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for name in repositories:
        image = replace(SCANNED_IMAGE, id=ImageId(replace(REPOSITORY, name=name), DIGEST))
        document = json.dumps(result_document(image, RESULT))
        s3.put_object(Bucket=BUCKET, Key=findings_key(image.id), Body=document.encode())
