"""Clients that never reach a network: a stub or moto answers them."""

from typing import Any

import boto3
import moto.core.models  # noqa: F401 - moto sees only sessions that are made after it
from botocore.stub import Stubber

from ecr_scan_reporter.aws.sessions import make_client

_SESSION = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")


def client_of(service: str) -> Any:
    """Return a client of the service, made as the application makes it."""
    return make_client(service, session=_SESSION, concurrency=2)


def stubbed_client(service: str) -> tuple[Any, Stubber]:
    """Return a client, and the stub that has to be given its answers."""
    client = client_of(service)
    stub = Stubber(client)
    stub.activate()
    return client, stub
