"""An empty table for each test of the commands for scan configurations."""

from collections.abc import Iterator

import pytest

from tests.cli.configs.table import TABLE, new_table
from tests.cli.credentials import stand_in_credentials


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty table of moto's, and nothing else in AWS."""
    stand_in_credentials(monkeypatch)
    monkeypatch.setenv("SCAN_CONFIGS_TABLE", TABLE)
    monkeypatch.setenv("COLUMNS", "200")
    with new_table():
        yield
