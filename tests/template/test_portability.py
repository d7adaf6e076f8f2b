"""One template for every partition, region and account."""

import re

import pytest

from scripts.template_check.source import as_list, of_type, statements, texts
from tests.not_empty import not_empty
from tests.template.declared import resources, template

ELSEWHERE = re.compile(r"arn:aws:|\b[a-z]{2}(-gov)?-(north|south|east|west|central)[a-z]*-\d\b|\b\d{12}\b")


def test_nothing_names_a_partition_a_region_or_an_account() -> None:
    written = list(texts(resources | template["Outputs"]))
    assert [text for text in not_empty(written) if ELSEWHERE.search(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:s3:::${Bucket}",
        "https://sqs.eu-west-1.amazonaws.com",
        "us-gov-east-1",
        "ap-southeast-2",
        "123456789012",
    ],
)
def test_a_text_that_names_a_partition_a_region_or_an_account_is_noticed(text: str) -> None:
    assert ELSEWHERE.search(text)


def test_hosts_of_aws_are_named_only_as_service_principals() -> None:
    principals = {
        principal
        for statement in statements(resources)
        if isinstance(statement.get("Principal"), dict)
        for principal in as_list(statement["Principal"].get("Service", []))
    }
    principals |= {
        permission["Properties"]["Principal"] for permission in of_type(resources, "AWS::Lambda::Permission").values()
    }
    named = {text for text in texts(resources) if "amazonaws" in text}
    assert named == not_empty(principals)
