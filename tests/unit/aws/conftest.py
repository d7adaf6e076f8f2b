"""Clients that never reach a network: their answers are stubbed, or are those of moto."""

from collections.abc import Callable
from typing import Any

import boto3
import moto.core.models  # noqa: F401 - moto sees only sessions that are made after it
import pytest
from botocore.stub import Stubber

from ecr_scan_reporter.aws.sessions import make_client

SESSION = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")

MakeClient = Callable[[str], Any]


@pytest.fixture
def client_of() -> MakeClient:
    """Return a function that makes a client of a service, as the application does."""
    return lambda service: make_client(service, session=SESSION, concurrency=2)


@pytest.fixture
def stubbed(client_of: MakeClient) -> Callable[[str], tuple[Any, Stubber]]:
    """Return a function that makes a client and the stub of its answers."""

    def make(service: str) -> tuple[Any, Stubber]:
        client = client_of(service)
        stub = Stubber(client)
        stub.activate()
        return client, stub

    return make
