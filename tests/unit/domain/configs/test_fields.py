import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.configs.fields import (
    InvalidConfigError,
    config_document,
    parse_config,
    parse_stored_config,
)
from ecr_scan_reporter.domain.moments import EPOCH
from tests.unit.domain.configs.samples import CONFIGS
from tests.unit.samples import NOW

ID = "4f66c1a2-63ad-4d4c-8dd8-2f4d9b6c2b7e"
FIELDS = {
    "id": ID,
    "created": "1569927812",
    "region": "us-west-2",
    "registry": "123456789012",
    "repository": "test/ubuntu",
    "tags": ["16.04", "latest"],
}
CONFIG = ScanConfig(
    ID, datetime(2019, 10, 1, 11, 3, 32, tzinfo=UTC), "us-west-2", "123456789012", "test/ubuntu", ("16.04", "latest")
)
LEAST = {"region": "us-west-2", "registry": "123456789012", "repository": "test/centos"}


def parse(fields: Any) -> ScanConfig:
    return parse_config(fields, new_id=lambda: ID, created=NOW.replace(microsecond=7))


def faults_of(fields: Any) -> list[str]:
    """Return the faults of a mapping, without what is allowed."""
    with pytest.raises(InvalidConfigError) as raised:
        parse(fields)
    assert str(raised.value).splitlines() == [str(fault) for fault in raised.value.faults]
    return [str(fault).partition(": ")[0] for fault in raised.value.faults]


def test_all_keys_are_read_and_written_in_one_order() -> None:
    assert parse(FIELDS) == CONFIG
    assert list(config_document(CONFIG).items()) == list(FIELDS.items())


def test_without_id_and_moment_it_gets_new_ones_in_whole_seconds() -> None:
    made = parse(LEAST)
    assert made == ScanConfig(ID, NOW, "us-west-2", "123456789012", "test/centos")
    assert config_document(made) == {"id": ID, "created": "1769860800", **LEAST, "tags": None}


@given(CONFIGS)
def test_a_configuration_that_is_written_is_read_as_the_same_one(config: ScanConfig) -> None:
    document = json.loads(json.dumps(config_document(config)))
    assert parse(document) == parse_stored_config(document) == config


@pytest.mark.parametrize("tags", [None, []], ids=["null", "an empty list"])
def test_no_tags_are_all_tags(tags: object) -> None:
    assert parse(LEAST | {"tags": tags}).tags is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("region", "eu-central-1"),
        ("region", "us-gov-west-1"),
        ("region", "us-isob-east-1"),
        ("region", "eusc-de-east-1"),
        ("registry", "000000000000"),
        ("repository", "a1"),
        ("repository", "team/app/part-of__it.2"),
        ("repository", "a--b"),
        ("repository", "a" * 256),
        ("tags", ["_1.2-x_"]),
        ("tags", ["t" * 128]),
        ("tags", [str(number) for number in range(100)]),
        ("created", "0"),
    ],
)
def test_a_right_value_is_taken(key: str, value: Any) -> None:
    assert config_document(parse(FIELDS | {key: value}))[key] == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "1"),
        ("id", ID.upper()),
        ("id", None),
        ("created", 1569927812),
        ("created", "-1"),
        ("created", "999999999999"),
        ("created", "\u0661"),
        ("region", ""),
        ("region", "us-west"),
        ("region", "us-west-2.example.org/"),
        ("region", "US-WEST-2"),
        ("region", "us-west-2\n"),
        ("registry", 123456789012),
        ("registry", "12345678901"),
        ("registry", "12345678901\u0661"),
        ("repository", "a"),
        ("repository", "Team/App"),
        ("repository", "team//app"),
        ("repository", "/app"),
        ("repository", "app/"),
        ("repository", "team.-app"),
        ("repository", "a" * 257),
        ("repository", None),
        ("tags", "latest"),
        ("tags", [1.1]),
        ("tags", [""]),
        ("tags", ["-x"]),
        ("tags", [".x"]),
        ("tags", ["a b"]),
        ("tags", ["t" * 129]),
        ("tags", ["1", "2", "1"]),
        ("tags", [str(number) for number in range(101)]),
        ("tags", {"1": "2"}),
    ],
)
def test_a_wrong_value_is_a_fault_that_names_its_key(key: str, value: Any) -> None:
    assert faults_of(FIELDS | {key: value})[0].startswith(f"{key} of the configuration is ")


def test_all_faults_are_told_at_once() -> None:
    wrong = {"region": "here", "registry": "123456789012", "tag": "latest", "tags": ["a", "a"]}
    assert faults_of(wrong) == [
        "a key of the configuration is 'tag'",
        "region of the configuration is 'here'",
        "repository of the configuration is not set",
        "tags of the configuration is ['a', 'a']",
    ]


@pytest.mark.parametrize("fields", [[LEAST], "text", None])
def test_what_is_no_object_is_one_fault(fields: Any) -> None:
    assert len(faults_of(fields)) == 1


def test_a_fault_says_what_is_allowed() -> None:
    with pytest.raises(InvalidConfigError, match="allowed is an AWS region, such as us-west-2"):
        parse(FIELDS | {"region": "here"})


def test_a_stored_one_may_lack_its_moment_and_is_named_by_its_id_when_it_is_wrong() -> None:
    by_hand = LEAST | {"id": ID}
    assert parse_stored_config(by_hand).created == EPOCH
    with pytest.raises(InvalidConfigError, match=f"region of configuration {ID} is 'x'"):
        parse_stored_config(by_hand | {"region": "x"})
    with pytest.raises(InvalidConfigError, match="id of a stored configuration is 'hand'"):
        parse_stored_config(LEAST | {"id": "hand"})
