"""The identity behind the credentials."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecr_scan_reporter.aws.retries import Caller

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient


@dataclass(frozen=True, slots=True)
class Identity:
    """An account, and the ARN of the user or role in it."""

    account: str
    arn: str


def caller_identity(client: "STSClient", caller: Caller) -> Identity:
    """Return the caller's account and ARN, for which no permission is needed. Raises CallFailedError."""
    response = caller(client.get_caller_identity)
    return Identity(response["Account"], response["Arn"])
