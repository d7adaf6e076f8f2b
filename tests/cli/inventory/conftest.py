"""A small registry, and 31 January 2026, for each test of the commands that ask the inventory."""

import pytest

from ecr_scan_reporter.cli.inventory import run
from tests.cli.credentials import stand_in_credentials
from tests.cli.inventory.asking import Asking, patched, registry
from tests.unit.samples import NOW


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Asking:
    """The commands on a small registry, in an environment that names none."""
    stand_in_credentials(monkeypatch)
    for name in ("FINDINGS_BUCKET", "SCAN_LEDGER_TABLE", "SUPPRESSIONS_TABLE", "SCANNER_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(run, "now", lambda: NOW)
    asking = Asking(registry())
    patched(monkeypatch, asking)
    return asking
