from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from moto import mock_aws

from ecr_scan_reporter.aws.identity import Identity, caller_identity
from ecr_scan_reporter.aws.suppressions_table import SuppressionsTable
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import FIXED
from ecr_scan_reporter.domain.suppressions.kinds import Justification, SuppressionKind
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clients import client_of, stubbed_client
from tests.unit.aws.clock import make_caller

SUPPRESSION = Suppression(
    id="openssl-dev",
    cve="CVE-2024-*",
    reason="headers alone",
    until=date(2026, 3, 31),
    created_by="alice",
    created_at=datetime(2026, 1, 1, 8, tzinfo=UTC),
    repository="team/*",
    most_severity=Severity.MEDIUM,
)


@pytest.fixture
def dynamo() -> Iterator[Any]:
    with mock_aws():
        client = client_of("dynamodb")
        client.create_table(
            TableName="suppressions",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        yield client


@pytest.fixture
def table(dynamo: Any) -> SuppressionsTable:
    return SuppressionsTable(dynamo, make_caller(), "suppressions")


def test_an_item_has_a_text_for_each_key_of_the_file(dynamo: Any, table: SuppressionsTable) -> None:
    table.save(SUPPRESSION)
    assert dynamo.scan(TableName="suppressions")["Items"] == [
        {
            "id": {"S": "openssl-dev"},
            "cve": {"S": "CVE-2024-*"},
            "repository": {"S": "team/*"},
            "severity": {"S": "MEDIUM"},
            "reason": {"S": "headers alone"},
            "until": {"S": "2026-03-31"},
            "createdBy": {"S": "alice"},
            "createdAt": {"S": "2026-01-01T08:00:00Z"},
        }
    ]


def test_suppressions_are_read_as_they_were_written_and_by_id(table: SuppressionsTable) -> None:
    suppressions = [
        replace(SUPPRESSION, id=name, until=until)
        for name, until in {"c": None, "a": SUPPRESSION.until, "b": FIXED}.items()
    ]
    for suppression in suppressions:
        table.save(suppression)
    assert table.all() == sorted(suppressions, key=lambda suppression: suppression.id)


def test_an_item_without_a_kind_accepts_a_risk_and_another_kind_is_an_attribute(
    dynamo: Any, table: SuppressionsTable
) -> None:
    not_affected = replace(
        SUPPRESSION,
        id="zlib",
        kind=SuppressionKind.NOT_AFFECTED,
        justification=Justification.COMPONENT_NOT_PRESENT,
    )
    table.save(SUPPRESSION)
    table.save(not_affected)
    items = {item["id"]["S"]: item for item in dynamo.scan(TableName="suppressions")["Items"]}
    assert {"kind", "justification"}.isdisjoint(items["openssl-dev"])
    assert items["zlib"]["kind"] == {"S": "not-affected"}
    assert items["zlib"]["justification"] == {"S": "component_not_present"}
    assert table.all() == [SUPPRESSION, not_affected]
    assert table.all()[0].kind is SuppressionKind.ACCEPTED_RISK


def test_saving_writes_over_and_adding_does_not(table: SuppressionsTable) -> None:
    other = replace(SUPPRESSION, reason="other", repository=None)
    assert table.add(SUPPRESSION) is True
    assert table.add(other) is False
    assert table.all() == [SUPPRESSION]
    assert table.save(other) is True
    assert table.all() == [other]


def test_save_returns_whether_it_has_replaced_a_suppression(table: SuppressionsTable) -> None:
    assert [table.save(SUPPRESSION), table.save(SUPPRESSION)] == [False, True]


def test_remove_returns_whether_there_was_a_suppression(table: SuppressionsTable) -> None:
    table.save(SUPPRESSION)
    assert [table.remove(SUPPRESSION.id), table.remove(SUPPRESSION.id)] == [True, False]
    assert table.all() == []


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"until": {"S": "soon"}}, "until of suppression wrong is 'soon'"),
        ({"until": {"N": "20260331"}}, "until of suppression wrong is {'N': '20260331'}"),
        ({"packge": {"S": "openssl"}}, "a key of suppression wrong is 'packge'"),
    ],
    ids=["value", "type", "key"],
)
def test_a_wrong_item_is_reported_as_a_problem_and_hides_nothing(
    dynamo: Any, table: SuppressionsTable, attributes: dict[str, Any], said: str
) -> None:
    table.save(SUPPRESSION)
    item = {"id": {"S": "wrong"}, "cve": {"S": "*"}, "reason": {"S": "r"}, "until": {"S": "never"}}
    dynamo.put_item(TableName="suppressions", Item=item | attributes)
    problems: list[str] = []
    assert SuppressionsTable(dynamo, make_caller(), "suppressions", problems.append).all() == [SUPPRESSION]
    assert [problem.partition(": allowed")[0] for problem in problems] == [said]
    assert table.all() == [SUPPRESSION]


def test_an_item_written_by_hand_needs_no_author(dynamo: Any, table: SuppressionsTable) -> None:
    item = {"id": {"S": "hand"}, "cve": {"S": "CVE-1"}, "reason": {"S": "r"}, "until": {"S": "never"}}
    dynamo.put_item(TableName="suppressions", Item=item)
    assert [(suppression.id, suppression.created_by) for suppression in table.all()] == [("hand", "unknown")]


def item_of(name: str) -> dict[str, Any]:
    return {"id": {"S": name}, "cve": {"S": "CVE-1"}, "reason": {"S": "r"}, "until": {"S": "never"}}


def test_all_pages_are_read_and_each_as_it_is_now() -> None:
    client, stub = stubbed_client("dynamodb")
    asked = {"TableName": "suppressions", "ConsistentRead": True}
    stub.add_client_error("scan", "ThrottlingException", "Rate exceeded", 400)
    stub.add_response("scan", {"Items": [item_of("b")], "LastEvaluatedKey": {"id": {"S": "b"}}}, asked)
    stub.add_response("scan", {"Items": [item_of("a")]}, asked | {"ExclusiveStartKey": {"id": {"S": "b"}}})
    suppressions = SuppressionsTable(client, make_caller(), "suppressions").all()
    assert [suppression.id for suppression in suppressions] == ["a", "b"]
    stub.assert_no_pending_responses()


@pytest.mark.parametrize("call", ["all", "add", "save", "remove"])
def test_a_table_that_is_not_there_is_an_error_of_the_library(dynamo: Any, call: str) -> None:
    table = SuppressionsTable(dynamo, make_caller(), "other")
    arguments: dict[str, list[Any]] = {"all": [], "add": [SUPPRESSION], "save": [SUPPRESSION], "remove": ["a"]}
    with pytest.raises(CallFailedError, match="ResourceNotFoundException"):
        getattr(table, call)(*arguments[call])


def test_the_caller_is_named_by_account_and_arn() -> None:
    client, stub = stubbed_client("sts")
    arn = "arn:aws:sts::123456789012:assumed-role/dev/alice"
    stub.add_response("get_caller_identity", {"Account": "123456789012", "Arn": arn, "UserId": "x"}, {})
    assert caller_identity(client, make_caller()) == Identity("123456789012", arn)
