"""The table of scan configurations of moto's DynamoDB, and the commands that work on it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from click.testing import CliRunner, Result
from moto import mock_aws

from ecr_scan_reporter.cli.main import cli

TABLE = "configs"
CALLER, REGION = "123456789012", "eu-west-1"
SAMPLES = Path(__file__).parent / "assets"
"""The three files of amazon-ecr-continuous-scan."""
ID, OTHER_ID = (f"{number}f66c1a2-63ad-4d4c-8dd8-2f4d9b6c2b7e" for number in (1, 2))
CENTOS = {"region": "us-west-2", "registry": "123456789012", "repository": "test/centos"}


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
    """Run a command for scan configurations; `text` is its standard input."""
    return CliRunner().invoke(cli, ["configs", *arguments], input=text, prog_name="ecr-scan-reporter")


def stored() -> list[dict[str, Any]]:
    """Return the configurations in the table as `list` has them."""
    found: list[dict[str, Any]] = json.loads(run("list", "--output", "json").stdout)
    return found


def contents() -> list[tuple[str, list[str] | None]]:
    """Return repository and tags of each configuration in the table, by name."""
    return sorted((config["repository"], config["tags"]) for config in stored())
