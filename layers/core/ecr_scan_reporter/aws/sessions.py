"""AWS sessions and clients, of this account or of a role in another one."""

from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.config import Config

from ecr_scan_reporter.aws.retries import READ_TIMEOUT_SECONDS, Caller, client_config

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

SESSION_NAME = "ecr-scan-reporter"


def make_client(
    service: str,
    *,
    session: boto3.Session,
    concurrency: int = 10,
    region: str | None = None,
    read_timeout_seconds: int = READ_TIMEOUT_SECONDS,
) -> Any:
    """Return a client for a Caller, called by at most `concurrency` threads."""
    config = client_config(concurrency, read_timeout_seconds)
    if service == "s3":
        # Also for addresses with a signature, which boto3 signs in an older way in some regions.
        config = config.merge(Config(signature_version="s3v4"))
    return session.client(cast(Any, service), region_name=region, config=config)


def assume_role(client: "STSClient", caller: Caller, role_arn: str, region: str | None) -> boto3.Session:
    """Return a session of another account's role. Raises CallFailedError.

    Its credentials last for an hour, longer than any invocation.
    """
    response = caller(client.assume_role, RoleArn=role_arn, RoleSessionName=SESSION_NAME)
    credentials = response["Credentials"]
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=region,
    )
