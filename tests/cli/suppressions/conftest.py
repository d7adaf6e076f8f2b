"""An empty table, and 31 January 2026, for each test of the commands for suppressions."""

from collections.abc import Iterator

import pytest

from ecr_scan_reporter.cli.suppressions import run
from tests.cli.credentials import stand_in_credentials
from tests.cli.suppressions.table import TABLE, new_table
from tests.unit.samples import NOW


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty table of moto's, and nothing else in AWS."""
    stand_in_credentials(monkeypatch)
    monkeypatch.setenv("SUPPRESSIONS_TABLE", TABLE)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("FINDINGS_BUCKET", raising=False)
    monkeypatch.setattr(run, "now", lambda: NOW)
    with new_table():
        yield
