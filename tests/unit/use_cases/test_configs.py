from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.configs.fields import InvalidConfigError
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.use_cases.configs import (
    ConfigAddition,
    ConfigExistsError,
    add_config,
    get_config,
    list_configs,
    remove_config,
    replace_config,
)
from tests.unit.samples import NOW

ID, OTHER_ID, NEW_ID = (f"{number}f66c1a2-63ad-4d4c-8dd8-2f4d9b6c2b7e" for number in (1, 2, 3))
FIELDS: dict[str, Any] = {"region": "us-west-2", "registry": "123456789012", "repository": "test/centos"}
CONFIG = ScanConfig(ID, NOW - timedelta(days=9), "us-west-2", "123456789012", "test/centos")
UBUNTU = replace(CONFIG, id=OTHER_ID, repository="test/ubuntu", tags=("16.04", "latest"))


@dataclass
class FakeStore:
    """Stored configurations by id; one whose item is damaged is None."""

    stored: dict[str, ScanConfig | None] = field(default_factory=lambda: {ID: CONFIG, OTHER_ID: UBUNTU})

    def all(self) -> list[ScanConfig]:
        return [config for config in self.stored.values() if config]

    def get(self, config_id: str) -> ScanConfig | None:
        return self.stored.get(config_id)

    def add(self, config: ScanConfig) -> bool:
        return self.stored.setdefault(config.id, config) is config

    def replace(self, config: ScanConfig) -> bool:
        is_there = config.id in self.stored
        self.stored.update({config.id: config} if is_there else {})
        return is_there

    def remove(self, config_id: str) -> bool:
        is_there = config_id in self.stored
        self.stored.pop(config_id, None)
        return is_there


def add(fields: Any, store: FakeStore, **options: Any) -> ConfigAddition:
    return add_config(fields, store, new_id=lambda: NEW_ID, now=NOW, **options)


def test_they_are_listed_and_one_is_found_by_its_id() -> None:
    store = FakeStore()
    assert list_configs(store) == [CONFIG, UBUNTU]
    assert [get_config(OTHER_ID, store), get_config(NEW_ID, store)] == [UBUNTU, None]


def test_a_new_one_gets_an_id_and_the_moment() -> None:
    store = FakeStore()
    added = ScanConfig(NEW_ID, NOW, "us-west-2", "123456789012", "test/centos", ("7",))
    assert add(FIELDS | {"tags": ["7"]}, store) == ConfigAddition(added, is_new=True)
    assert store.stored[NEW_ID] == added


def test_one_with_an_id_and_a_moment_keeps_both() -> None:
    store = FakeStore({})
    addition = add(FIELDS | {"id": ID, "created": "1569927812"}, store)
    assert (addition.config.id, addition.config.created.year) == (ID, 2019)


@pytest.mark.parametrize(
    "fields",
    [FIELDS, FIELDS | {"id": NEW_ID}, FIELDS | {"id": ID}],
    ids=["without an id", "with another id", "with the same id"],
)
def test_the_same_images_are_not_stored_again(fields: dict[str, Any]) -> None:
    store = FakeStore()
    assert add(fields, store) == ConfigAddition(CONFIG, is_new=False)
    assert store == FakeStore()


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_id_of_other_images_is_refused(dry_run: bool) -> None:
    store = FakeStore()
    with pytest.raises(ConfigExistsError, match=OTHER_ID):
        add(FIELDS | {"id": OTHER_ID, "tags": ["7"]}, store, dry_run=dry_run)
    assert store == FakeStore()


def test_a_dry_run_stores_nothing() -> None:
    store = FakeStore()
    assert add(FIELDS | {"tags": ["7"]}, store, dry_run=True).is_new
    assert store == FakeStore()


def test_a_wrong_one_is_refused_by_the_name_of_its_place() -> None:
    with pytest.raises(InvalidConfigError, match=r"region of centos\.json is 'x'"):
        add(FIELDS | {"region": "x"}, FakeStore(), place="centos.json")


def test_another_content_keeps_the_id_and_the_moment() -> None:
    store = FakeStore()
    wanted = replace(CONFIG, tags=("7",))
    assert replace_config(ID, FIELDS | {"id": ID, "created": "0", "tags": ["7"]}, store, now=NOW) == wanted
    assert store.stored[ID] == wanted


def test_a_damaged_one_can_be_replaced() -> None:
    store = FakeStore({ID: None})
    assert replace_config(ID, FIELDS, store, now=NOW) == replace(CONFIG, created=NOW)


@pytest.mark.parametrize("config_id", [NEW_ID, "no id at all"])
def test_what_is_not_there_is_not_replaced(config_id: str) -> None:
    store = FakeStore()
    assert replace_config(config_id, FIELDS, store, now=NOW) is None
    assert store == FakeStore()


@pytest.mark.parametrize(
    "fields", [FIELDS | {"id": OTHER_ID}, FIELDS | {"region": "x"}, [FIELDS]], ids=["other id", "wrong value", "list"]
)
def test_a_replacement_that_is_wrong_changes_nothing(fields: Any) -> None:
    store = FakeStore()
    with pytest.raises(InvalidInputError):
        replace_config(ID, fields, store, now=NOW)
    assert store == FakeStore()


def test_removing_returns_whether_it_was_there() -> None:
    store = FakeStore()
    assert [remove_config(OTHER_ID, store), remove_config(OTHER_ID, store)] == [True, False]
    assert store.all() == [CONFIG]
