"""The tables of Athena are those of the lake; the workgroup limits what a query costs; results and files expire."""

from datetime import date
from typing import Any

import pytest

from ecr_scan_reporter.domain.inventory.lake import COLUMNS, LakeTable, day_prefix, part_key
from scripts.template_check.partitions import PARTITIONS
from scripts.template_check.stacks import ON, Stack, stack
from scripts.template_check.transformation import transform
from tests.template.cloudformation import holds
from tests.template.declared import resources, template

AWS = PARTITIONS[0]
TRANSFORMED = transform(template, AWS.region)
DAY = date(2026, 1, 31)


def deployed(**parameters: str) -> Stack:
    return stack(TRANSFORMED, AWS, {"AnalyticsEnabled": "True"} | parameters)


TABLES = {table["TableInput"]["Name"]: table for table in deployed().of_type("AWS::Glue::Table").values()}


def configuration(made: Stack) -> dict[str, Any]:
    [workgroup] = made.of_type("AWS::Athena::WorkGroup").values()
    found: dict[str, Any] = workgroup["WorkGroupConfiguration"]
    return found


@pytest.mark.parametrize(("values", "made"), [({}, False), ({"AnalyticsEnabled": "True"}, True)])
def test_analytics_are_made_on_demand(values: dict[str, str], made: bool) -> None:
    kinds = ("AWS::Glue::Database", "AWS::Glue::Table", "AWS::Athena::WorkGroup")
    optional = [resource for resource in resources.values() if resource["Type"] in kinds]
    assert len(optional) == 4
    assert {holds(template, resource["Condition"], **values) for resource in optional} == {made}


def test_there_is_a_table_for_each_of_the_lake_in_one_database() -> None:
    assert set(TABLES) == {table.value for table in LakeTable}
    [database] = deployed().of_type("AWS::Glue::Database")
    assert {table["DatabaseName"] for table in TABLES.values()} == {deployed().refs[database]}


@pytest.mark.parametrize("table", LakeTable)
def test_the_columns_are_those_of_the_lake(table: LakeTable) -> None:
    columns = TABLES[table]["TableInput"]["StorageDescriptor"]["Columns"]
    assert [(column["Name"], column["Type"]) for column in columns] == [
        (column.name, column.type) for column in COLUMNS[table]
    ]


@pytest.mark.parametrize("table", LakeTable)
def test_athena_finds_the_files_of_a_day_where_they_are_written(table: LakeTable) -> None:
    made = TABLES[table]["TableInput"]
    bucket = f"s3://{deployed().refs['FindingsBucket']}"
    [partition] = made["PartitionKeys"]
    assert partition == {"Name": "dt", "Type": "string"}
    folder = made["Parameters"]["storage.location.template"].replace("${dt}", DAY.isoformat())
    assert f"{folder}/" == f"{bucket}/{day_prefix(table, DAY)}"
    location = made["StorageDescriptor"]["Location"]
    assert f"{bucket}/{part_key(table, DAY, 0)}".startswith(location)
    assert location.endswith(f"/{table}/")


@pytest.mark.parametrize("table", LakeTable)
def test_athena_computes_the_days_and_asks_nobody_for_them(table: LakeTable) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html"""
    parameters = TABLES[table]["TableInput"]["Parameters"]
    projection = {name: value for name, value in parameters.items() if name.startswith("projection.")}
    assert projection == {
        "projection.enabled": "true",
        "projection.dt.type": "date",
        "projection.dt.format": "yyyy-MM-dd",
        "projection.dt.range": f"NOW-{days_until_expiry('lake/')}DAYS,NOW",
        "projection.dt.interval": "1",
        "projection.dt.interval.unit": "DAYS",
    }


def days_until_expiry(key: str) -> int:
    """Return after how many days S3 deletes an object: of several rules, the shortest."""
    rules = resources["FindingsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    return min(
        int(rule["ExpirationInDays"])
        for rule in rules
        if "ExpirationInDays" in rule and rule["Status"] == "Enabled" and key.startswith(rule.get("Prefix", ""))
    )


def test_results_of_queries_expire_after_a_week_and_the_lake_with_the_findings() -> None:
    output = configuration(deployed())["ResultConfiguration"]["OutputLocation"]
    assert output == f"s3://{deployed().refs['FindingsBucket']}/athena-results/"
    assert days_until_expiry("athena-results/1.csv") == 7
    assert days_until_expiry(part_key(LakeTable.FINDINGS, DAY, 0)) == days_until_expiry("findings/1.json") == 400


@pytest.mark.parametrize(
    ("parameters", "most"),
    [
        ({}, 10_000_000_000),
        ({"AnalyticsMaxGigabytes": "1"}, 1_000_000_000),
        ({"AnalyticsMaxGigabytes": "1000"}, 10**12),
    ],
)
def test_a_query_reads_no_more_than_the_parameter_says_whatever_its_client_asks(
    parameters: dict[str, str], most: int
) -> None:
    made = configuration(deployed(**parameters))
    assert made["EnforceWorkGroupConfiguration"] is True
    assert int(made["BytesScannedCutoffPerQuery"]) == most
    # https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html
    assert most >= 10_000_000


def test_results_are_encrypted_as_the_bucket_is() -> None:
    assert configuration(deployed())["ResultConfiguration"]["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}
    key = ON["KmsKeyArn"].format(partition=AWS.name, region=AWS.region)
    with_key = configuration(deployed(KmsKeyArn=key))["ResultConfiguration"]
    assert with_key["EncryptionConfiguration"] == {"EncryptionOption": "SSE_KMS", "KmsKey": key}


def test_a_workgroup_with_a_history_can_be_deleted() -> None:
    [workgroup] = deployed().of_type("AWS::Athena::WorkGroup").values()
    assert workgroup["RecursiveDeleteOption"] is True
