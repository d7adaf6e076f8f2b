import boto3
import pytest
from moto import mock_aws

from ecr_scan_reporter.aws.sessions import assume_role, make_client
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clients import client_of, stubbed_client
from tests.unit.aws.clock import make_caller

ROLE = "arn:aws:iam::999999999999:role/ecs-reader"


def test_another_account_is_entered_through_a_role() -> None:
    with mock_aws():
        session = assume_role(client_of("sts"), make_caller(), ROLE, "us-east-1")
        identity = make_client("sts", session=session).get_caller_identity()
    assert session.region_name == "us-east-1"
    assert identity["Account"] == "999999999999"
    assert identity["Arn"].endswith("assumed-role/ecs-reader/ecr-scan-reporter")


def test_a_role_that_may_not_be_assumed_is_an_error_of_the_library() -> None:
    client, stub = stubbed_client("sts")
    stub.add_client_error("assume_role", "AccessDenied", "not you", 403)
    with pytest.raises(CallFailedError, match="assume_role failed: AccessDenied") as failure:
        assume_role(client, make_caller(), ROLE, None)
    assert failure.value.is_denied


def test_a_client_may_be_of_another_region() -> None:
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")
    assert make_client("ecr", session=session, region="us-east-1").meta.region_name == "us-east-1"
    assert make_client("ecr", session=session).meta.region_name == "eu-west-1"
