"""Which configurations of files are new."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.configs.fields import InvalidConfigError
from ecr_scan_reporter.domain.configs.imports import FileConfig, plan_import
from tests.unit.domain.configs.samples import CONFIGS


def in_files(configs: list[ScanConfig]) -> list[FileConfig]:
    return [FileConfig(f"file {number}", config) for number, config in enumerate(configs)]


UNIQUE = st.lists(CONFIGS, max_size=8, unique_by=lambda config: config.id)


@given(stored=UNIQUE, wanted=UNIQUE)
def test_each_is_added_or_a_double_or_has_the_id_of_another(stored: list[ScanConfig], wanted: list[ScanConfig]) -> None:
    ids = {config.id for config in stored}
    fresh = [config for config in wanted if config.id not in ids]
    plan = plan_import(stored, in_files(fresh))
    assert len(plan.added) + len(plan.doubles) == len(fresh)
    contents = [config.content for config in plan.added]
    assert len(set(contents)) == len(contents)
    assert set(contents).isdisjoint(config.content for config in stored)


@given(wanted=UNIQUE)
def test_what_was_imported_is_not_imported_again(wanted: list[ScanConfig]) -> None:
    added = plan_import([], in_files(wanted)).added
    again = plan_import(added, in_files(wanted))
    assert (again.added, len(again.doubles)) == ((), len(wanted))


@given(config=CONFIGS)
def test_all_ids_of_other_images_are_named(config: ScanConfig) -> None:
    others = [replace(config, repository=f"other-{number}") for number in (1, 2)]
    with pytest.raises(InvalidConfigError) as refusal:
        plan_import([config], in_files(others))
    assert [fault.name for fault in refusal.value.faults] == ["id of file 0", "id of file 1"]
    assert config.repository in str(refusal.value)
