import re
from datetime import date

import pytest

from ecr_scan_reporter.domain.inventory.lake import COLUMNS, LakeTable, day_prefix, part_key

DAY = date(2026, 1, 31)


def test_the_files_of_a_day_are_in_a_folder_that_names_the_day() -> None:
    assert day_prefix(LakeTable.FINDINGS, DAY) == "lake/v1/findings/dt=2026-01-31/"
    assert part_key(LakeTable.IMAGES, DAY, 0) == "lake/v1/images/dt=2026-01-31/part-00.ndjson.gz"
    assert part_key(LakeTable.IMAGES, DAY, 123) == "lake/v1/images/dt=2026-01-31/part-123.ndjson.gz"


@pytest.mark.parametrize("table", LakeTable)
def test_a_column_has_a_name_of_its_own_that_needs_no_quotes(table: LakeTable) -> None:
    names = [column.name for column in COLUMNS[table]]
    assert len(names) > 15
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch("[a-z][a-z_]*[a-z]", name)] == []
    assert "dt" not in names, "the day is the name of the folder"


@pytest.mark.parametrize("table", LakeTable)
def test_a_column_is_of_a_type_of_athena_and_has_a_meaning(table: LakeTable) -> None:
    types = {"string", "int", "bigint", "double", "boolean", "date", "timestamp", "array<string>"}
    assert {column.type for column in COLUMNS[table]} <= types
    assert all(column.meaning for column in COLUMNS[table])


def test_both_tables_identify_the_image_in_the_same_columns() -> None:
    shared = [column.name for column in COLUMNS[LakeTable.IMAGES][:6]]
    assert shared == ["registry_id", "region", "repository", "digest", "tags", "owner"]
    assert COLUMNS[LakeTable.IMAGES][:6] == COLUMNS[LakeTable.FINDINGS][:6]
