"""The command `test-report`, with a stack and a reporter that answer at once."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ecr_scan_reporter.aws.reporter_function import DeployedReporters
from ecr_scan_reporter.aws.stacks import Stacks
from ecr_scan_reporter.cli.main import cli
from ecr_scan_reporter.errors import InvalidInputError
from tests.cli.credentials import stand_in_credentials, without_credentials

TAKEN = {"messageId": "id-1"}
REFUSED = {"error": "publish failed: AuthorizationError: no"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that mean nothing."""
    stand_in_credentials(monkeypatch)


def run(monkeypatch: pytest.MonkeyPatch, channels: dict[str, Any] | None) -> Result:
    """Run the command for the stack `prod`, whose reporter answers with these channels."""

    def output(_: Stacks, stack: str, name: str) -> str:
        if stack != "prod":
            raise InvalidInputError("the stack", stack, "another")
        assert name == "ReporterFunctionName"
        return "prod-Reporter"

    def send(_: DeployedReporters, function: str) -> object:
        assert function == "prod-Reporter"
        return {"testReport": True, "channels": channels} if channels else {"reported": False}

    monkeypatch.setattr(Stacks, "output", output)
    monkeypatch.setattr(DeployedReporters, "send_test_report", send)
    return CliRunner().invoke(cli, ["test-report", "--stack", "prod"])


def test_each_channel_has_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, {"topic": TAKEN, "bus": TAKEN})
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "report topic: took it, message id-1\nevent bus: took it, message id-1\n"


def test_a_channel_that_refuses_is_named_with_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, {"topic": TAKEN, "chat": REFUSED})
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1] == "chat topic: refused it: publish failed: AuthorizationError: no"


def test_a_reporter_of_an_earlier_version_exits_with_2(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, None)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the answer of the reporter is {'reported': False}" in result.stderr


def test_a_stack_must_be_named() -> None:
    result = CliRunner().invoke(cli, ["test-report"])
    assert (result.exit_code, "--stack" in result.stderr) == (2, True)


def test_without_credentials_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_credentials(monkeypatch, tmp_path)
    result = CliRunner().invoke(cli, ["test-report", "--stack", "prod"])
    assert (result.exit_code, "no AWS credentials were found" in result.stderr) == (2, True)
