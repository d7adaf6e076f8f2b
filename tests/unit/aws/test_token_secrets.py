"""The tokens of the API in Secrets Manager."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ecr_scan_reporter.aws.token_secrets import Secrets, TokenSecret
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clock import make_caller

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:read"


def refused(code: str, status: int = 400) -> ClientError:
    """Return an error of Secrets Manager."""
    response: Any = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "GetSecretValue")


@dataclass
class SecretsManager:
    """A secret: its versions, the latest first, and when each was made."""

    versions: list[tuple[str, datetime]]
    fault: ClientError | None = None
    reads: int = 0
    puts: list[dict[str, Any]] = field(default_factory=list)

    def get_secret_value(self, **parameters: Any) -> dict[str, Any]:
        assert parameters["SecretId"] == ARN
        self.reads += 1
        if self.fault:
            raise self.fault
        number = ["AWSCURRENT", "AWSPREVIOUS"].index(parameters["VersionStage"])
        if number >= len(self.versions):
            raise refused("ResourceNotFoundException")
        value, at = self.versions[number]
        return {"SecretString": value, "CreatedDate": at}

    def put_secret_value(self, **parameters: Any) -> dict[str, Any]:
        self.puts.append(parameters)
        if self.fault and len(self.puts) < 3:
            raise self.fault
        self.versions.insert(0, (parameters["SecretString"], NOW))
        return {}


@dataclass
class Reader:
    """A secret as a function knows it, at a time that tests move."""

    manager: SecretsManager
    now: datetime = NOW
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        client: Any = self.manager
        self.secret = TokenSecret(client, make_caller(), ARN, lambda: self.now, self.problems.append)


@pytest.fixture
def manager() -> SecretsManager:
    """A secret that was never rotated."""
    return SecretsManager([("first", NOW - timedelta(days=10))])


def rotate(manager: SecretsManager, value: str, at: datetime) -> None:
    manager.versions.insert(0, (value, at))


def test_a_secret_that_was_never_rotated_has_one_token(manager: SecretsManager) -> None:
    assert Reader(manager).secret.values() == ("first",)


def test_a_secret_is_read_once_in_five_minutes(manager: SecretsManager) -> None:
    reader = Reader(manager)
    reader.secret.values()
    reads = manager.reads
    for minutes, expected in ((0, reads), (5, reads), (5.1, 2 * reads)):
        reader.now = NOW + timedelta(minutes=minutes)
        reader.secret.values()
        assert manager.reads == expected, minutes


def test_who_looks_again_finds_a_new_token_but_not_more_often_than_twice_a_minute(manager: SecretsManager) -> None:
    reader = Reader(manager)
    reader.secret.values()
    rotate(manager, "second", NOW)
    reader.now += timedelta(seconds=30)
    assert reader.secret.values(again=True) == ("first",)
    reader.now += timedelta(seconds=1)
    assert reader.secret.values() == ("first",)
    assert reader.secret.values(again=True) == ("second", "first")
    reads = manager.reads
    reader.secret.values(again=True)
    assert manager.reads == reads


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), ("second", "first")),
        (timedelta(minutes=59, seconds=59), ("second", "first")),
        (timedelta(hours=1), ("second",)),
        (timedelta(days=30), ("second",)),
    ],
)
def test_the_token_before_is_valid_for_an_hour(
    manager: SecretsManager, age: timedelta, expected: tuple[str, ...]
) -> None:
    rotate(manager, "second", NOW - age)
    assert Reader(manager).secret.values() == expected


def test_the_hour_ends_also_while_the_secret_is_cached(manager: SecretsManager) -> None:
    rotate(manager, "second", NOW - timedelta(minutes=58))
    reader = Reader(manager)
    assert reader.secret.values() == ("second", "first")
    reads = manager.reads
    reader.now += timedelta(minutes=2)
    assert (reader.secret.values(), manager.reads) == (("second",), reads)


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException", "InternalServiceError"])
def test_without_any_token_known_a_fault_is_an_error(manager: SecretsManager, code: str) -> None:
    manager.fault = refused(code)
    with pytest.raises(CallFailedError, match=code):
        Reader(manager).secret.values()


def test_a_known_token_goes_on_for_an_hour_while_the_secret_cannot_be_read(manager: SecretsManager) -> None:
    reader = Reader(manager)
    reader.secret.values()
    manager.fault = refused("ThrottlingException")
    reader.now += timedelta(minutes=30)
    assert reader.secret.values() == ("first",)
    (problem,) = reader.problems
    assert "the tokens known before go on: get_secret_value failed: ThrottlingException" in problem
    reads = manager.reads
    reader.now += timedelta(minutes=1)
    assert (reader.secret.values(), manager.reads) == (("first",), reads)
    reader.now += timedelta(minutes=30)
    with pytest.raises(CallFailedError):
        reader.secret.values()
    manager.fault = None
    assert reader.secret.values() == ("first",)


def test_a_new_value_is_put_once_however_often_the_call_is_tried(manager: SecretsManager) -> None:
    manager.fault = refused("InternalServiceError", 500)
    client: Any = manager
    Secrets(client, make_caller()).put(ARN, "second")
    assert len(manager.puts) == 3
    assert len({each["ClientRequestToken"] for each in manager.puts}) == 1
    manager.fault = None
    assert Secrets(client, make_caller()).get(ARN) == "second"
