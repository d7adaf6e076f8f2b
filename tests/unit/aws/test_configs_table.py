from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from ecr_scan_reporter.aws.configs_table import ConfigsTable
from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clients import client_of, stubbed_client
from tests.unit.aws.clock import make_caller

ID = "4f66c1a2-63ad-4d4c-8dd8-2f4d9b6c2b7e"
CONFIG = ScanConfig(
    ID, datetime(2019, 10, 1, 11, 3, 32, tzinfo=UTC), "us-west-2", "123456789012", "test/ubuntu", ("16.04", "latest")
)
ITEM = {
    "id": {"S": ID},
    "created": {"S": "1569927812"},
    "region": {"S": "us-west-2"},
    "registry": {"S": "123456789012"},
    "repository": {"S": "test/ubuntu"},
    "tags": {"L": [{"S": "16.04"}, {"S": "latest"}]},
}


@pytest.fixture
def dynamo() -> Iterator[Any]:
    with mock_aws():
        client = client_of("dynamodb")
        client.create_table(
            TableName="configs",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        yield client


@pytest.fixture
def table(dynamo: Any) -> ConfigsTable:
    return ConfigsTable(dynamo, make_caller(), "configs")


def test_an_item_has_an_attribute_for_each_key_of_the_file(dynamo: Any, table: ConfigsTable) -> None:
    table.add(CONFIG)
    assert dynamo.scan(TableName="configs")["Items"] == [ITEM]


def test_an_item_for_all_tags_has_no_tags(dynamo: Any, table: ConfigsTable) -> None:
    table.add(replace(CONFIG, tags=None))
    assert "tags" not in dynamo.scan(TableName="configs")["Items"][0]
    assert table.get(ID) == replace(CONFIG, tags=None)


def test_configurations_are_read_as_they_were_written_and_the_oldest_first(table: ConfigsTable) -> None:
    older = replace(CONFIG, id=ID.replace("4", "5"), created=CONFIG.created - timedelta(1), tags=None)
    table.add(CONFIG)
    table.add(older)
    assert table.all() == [older, CONFIG]
    assert [table.get(ID), table.get(older.id), table.get("other")] == [CONFIG, older, None]


def test_adding_never_writes_over_and_replacing_always_does(table: ConfigsTable) -> None:
    other = replace(CONFIG, tags=None)
    assert table.replace(CONFIG) is False
    assert table.all() == []
    assert table.add(CONFIG) is True
    assert table.add(other) is False
    assert table.all() == [CONFIG]
    assert table.replace(other) is True
    assert table.all() == [other]


def test_remove_returns_whether_there_was_a_configuration(table: ConfigsTable) -> None:
    table.add(CONFIG)
    assert [table.remove(ID), table.remove(ID)] == [True, False]
    assert table.all() == []


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"region": {"S": "here"}}, "region of configuration {} is 'here'"),
        ({"registry": {"N": "123456789012"}}, "registry of configuration {} is {{'N': '123456789012'}}"),
        ({"tags": {"SS": ["1"]}}, "tags of configuration {} is {{'SS': ['1']}}"),
        ({"tags": {"L": [{"N": "1"}]}}, "tags of configuration {} is [{{'N': '1'}}]"),
        ({"tag": {"S": "1"}}, "a key of configuration {} is 'tag'"),
    ],
    ids=["value", "type", "set", "number", "key"],
)
def test_a_wrong_item_is_reported_as_a_problem_and_names_nothing(
    dynamo: Any, table: ConfigsTable, attributes: dict[str, Any], said: str
) -> None:
    table.add(CONFIG)
    wrong = ID.replace("4", "5")
    dynamo.put_item(TableName="configs", Item=ITEM | {"id": {"S": wrong}} | attributes)
    problems: list[str] = []
    read = ConfigsTable(dynamo, make_caller(), "configs", problems.append)
    assert read.all() == [CONFIG]
    assert read.get(wrong) is None
    assert [problem.partition(": allowed")[0] for problem in problems] == [said.format(wrong)] * 2
    assert table.all() == [CONFIG]
    assert table.remove(wrong) is True


def test_a_null_for_the_tags_is_all_tags(dynamo: Any, table: ConfigsTable) -> None:
    dynamo.put_item(TableName="configs", Item=ITEM | {"tags": {"NULL": True}})
    assert table.all() == [replace(CONFIG, tags=None)]


def test_all_pages_are_read_and_each_as_it_is_now() -> None:
    client, stub = stubbed_client("dynamodb")
    asked = {"TableName": "configs", "ConsistentRead": True}
    stub.add_response("scan", {"Items": [ITEM], "LastEvaluatedKey": {"id": {"S": ID}}}, asked)
    other = ITEM | {"id": {"S": ID.replace("4", "5")}}
    stub.add_response("scan", {"Items": [other]}, asked | {"ExclusiveStartKey": {"id": {"S": ID}}})
    assert len(ConfigsTable(client, make_caller(), "configs").all()) == 2
    stub.assert_no_pending_responses()


@pytest.mark.parametrize("call", ["all", "get", "add", "replace", "remove"])
def test_a_table_that_is_not_there_is_an_error_of_the_library(dynamo: Any, call: str) -> None:
    table = ConfigsTable(dynamo, make_caller(), "other")
    arguments: dict[str, list[Any]] = {"all": [], "get": [ID], "add": [CONFIG], "replace": [CONFIG], "remove": [ID]}
    with pytest.raises(CallFailedError, match="ResourceNotFoundException"):
        getattr(table, call)(*arguments[call])
