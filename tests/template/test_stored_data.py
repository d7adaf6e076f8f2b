"""Data stays where it is when a stack is updated; it is private and encrypted."""

from typing import Any

import pytest

from scripts.template_check.source import as_list, of_type, statements, texts
from tests.not_empty import not_empty
from tests.template.declared import resources

# The resources that store data, with the keys of tables. A change here replaces them in every stack that is updated.
STATEFUL = {
    "FindingsBucket": None,
    "FindingEventsQueue": None,
    "ImagesScanJobsDeadLetterQueue": None,
    "ImagesScanJobsQueue": None,
    "ReportTopic": None,
    "ChatTopic": None,
    "ReportedEvents": ["id"],
    "ScanEventsDeadLetterQueue": None,
    "ScanLedger": ["repository", "record"],
    "Suppressions": ["id"],
    "AlarmTopic": None,
    "ScanConfigsTable": ["id"],
    "ApiReadToken": None,
    "ApiWriteToken": None,
}

STATEFUL_TYPES = (
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SNS::Topic",
    "AWS::SecretsManager::Secret",
)


def test_an_update_keeps_the_ledger_the_findings_the_subscriptions_and_the_tokens() -> None:
    """CloudFormation replaces what has another logical id, and a table whose keys change."""
    keys = {
        name: [key["AttributeName"] for key in resource["Properties"].get("KeySchema", [])] or None
        for name, resource in of_type(resources, *STATEFUL_TYPES).items()
    }
    assert keys == STATEFUL


def denies_plain_http(policy: dict[str, Any]) -> list[Any]:
    """Return the resources to which a policy denies access without TLS."""
    return [
        resource
        for statement in statements(policy)
        if statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for resource in as_list(statement["Resource"])
    ]


def test_every_bucket_is_reached_over_tls_alone_and_is_private() -> None:
    for name, bucket in not_empty(of_type(resources, "AWS::S3::Bucket")).items():
        (policy,) = of_type(resources, "AWS::S3::BucketPolicy").values()
        assert policy["Properties"]["Bucket"] == {"Ref": name}
        assert denies_plain_http(policy) == [{"Fn::GetAtt": [name, "Arn"]}, {"Fn::Sub": f"${{{name}.Arn}}/*"}]
        assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("AWS::SQS::Queue", "KmsMasterKeyId"),
        ("AWS::SNS::Topic", "KmsMasterKeyId"),
        ("AWS::DynamoDB::Table", "SSESpecification"),
        ("AWS::S3::Bucket", "BucketEncryption"),
    ],
)
def test_everything_that_keeps_data_takes_the_customers_key(kind: str, key: str) -> None:
    for resource in not_empty(of_type(resources, kind)).values():
        assert "KmsKeyArn" in set(texts(resource["Properties"][key]))
