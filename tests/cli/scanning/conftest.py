"""Credentials that mean nothing, and a wide terminal, for each test of the commands for scanning."""

import pytest

from tests.cli.credentials import stand_in_credentials


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the environment."""
    stand_in_credentials(monkeypatch)
    monkeypatch.setenv("COLUMNS", "160")
