"""Whose credentials are used."""

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
    """Return who calls; everybody may ask. Raises CallFailedError."""
    answer = caller(client.get_caller_identity)
    return Identity(answer["Account"], answer["Arn"])
