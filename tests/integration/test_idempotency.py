"""Powertools' idempotency on a table: a killed delivery can be repeated when Lambda retries."""

import time
from functools import partial

import boto3
import pytest

from ecr_scan_reporter.aws.idempotency import IdempotencyTable
from ecr_scan_reporter.errors import CallFailedError
from tests.integration.account import REGION, Account, LambdaContext


class KilledError(BaseException):
    """Ends an invocation in its midst."""


def killed() -> str:
    raise KilledError


@pytest.fixture
def table(account: Account) -> IdempotencyTable:
    """The table of a function."""
    return IdempotencyTable("reported-events", boto3.Session(region_name=REGION))


def test_something_is_done_once_for_each_key(table: IdempotencyTable) -> None:
    done: list[str] = []

    def do(key: str) -> str:
        done.append(key)
        return f"{key} is done"

    answers = [table.once(key, partial(do, key), LambdaContext()) for key in ("a", "a", "b")]
    assert answers == ["a is done", "a is done", "b is done"]
    assert done == ["a", "b"]


def test_a_killed_delivery_is_in_progress_for_less_than_a_minute(table: IdempotencyTable, account: Account) -> None:
    with pytest.raises(KilledError):
        table.once("a", killed, LambdaContext(milliseconds_left=290_000))
    with pytest.raises(CallFailedError, match="another invocation") as failure:
        table.once("a", lambda: "again", LambdaContext())
    assert failure.value.is_passing
    (item,) = account.dynamodb.scan(TableName="reported-events")["Items"]
    assert int(item["in_progress_expiration"]["N"]) < time.time() * 1_000 + 60_000


def test_a_table_that_is_not_there_is_an_error_of_the_library(account: Account) -> None:
    nowhere = IdempotencyTable("nowhere", boto3.Session(region_name=REGION))
    with pytest.raises(CallFailedError, match="once failed"):
        nowhere.once("a", lambda: "done", LambdaContext())
