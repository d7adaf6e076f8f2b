"""A gate in memory for each test, in an environment that names nothing."""

import pytest

from tests.cli.gate.fake_gate import FakeGate, install


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> FakeGate:
    """The gate of the command."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "SUPPRESSIONS_TABLE", "FINDINGS_BUCKET", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    gate = FakeGate()
    install(monkeypatch, gate)
    return gate
