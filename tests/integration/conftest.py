"""The functions on an AWS in memory (moto)."""

import os
import threading
import warnings
from collections.abc import Iterator
from functools import wraps
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.models import DynamoDBBackend

from tests.integration.account import REGION, Account

# Set on machines and by builds; here each test says itself what a function sees.
OURS = (
    "AWS_",
    "POWERTOOLS_",
    "SCAN",
    "ECR_",
    "ECS_",
    "IMAGES_",
    "MAX_",
    "PULLED_",
    "PUSHED_",
    "NOTIFY_",
    "API_",
    "JWT_",
    "OIDC_",
)
NAMES = (
    *("REPOSITORIES_FILTER_REGEXP", "CRITICAL", "HIGH", "MEDIUM", "LOW", "IDEMPOTENCY_TABLE", "FINDINGS_BUCKET"),
    *("OWNER_TAG_KEY", "NOTIFICATION_MODE", "SUPPRESSIONS_TABLE", "CHAT_TOPIC_ARN", "REPORT_EVENT_BUS"),
    "SECURITY_HUB_ENABLED",
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only credentials and a region are set."""
    for name in list(os.environ):
        if name.startswith(OURS) or name in NAMES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    # Powertools says so after each invocation that fails before it counts anything.
    warnings.filterwarnings("ignore", "No application metrics to publish")


@pytest.fixture(autouse=True)
def whole_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make moto check a condition and write as one step, as DynamoDB does: functions write from several threads."""
    lock = threading.RLock()

    def locked(write: Any) -> Any:
        @wraps(write)
        def write_alone(*args: Any, **parameters: Any) -> Any:
            with lock:
                return write(*args, **parameters)

        return write_alone

    for name in ("put_item", "update_item", "delete_item", "transact_write_items"):
        monkeypatch.setattr(DynamoDBBackend, name, locked(getattr(DynamoDBBackend, name)))


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An account with the resources of the template, and the functions' variables."""
    with mock_aws():
        made = Account()
        for name, value in made.environment().items():
            monkeypatch.setenv(name, value)
        yield made
