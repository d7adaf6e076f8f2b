"""The commands `token show` and `token rotate`, on an AWS in memory."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from ecr_scan_reporter.cli.main import cli
from ecr_scan_reporter.errors import CallFailedError
from tests.cli.credentials import stand_in_credentials, without_credentials
from tests.unit.aws.clients import client_of


def template(outputs: dict[str, str]) -> str:
    """Return a template with these outputs."""
    described = {name: {"Value": value} for name, value in outputs.items()}
    return json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": described})


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The secrets of the stack `prod`, which has both tokens."""
    stand_in_credentials(monkeypatch)
    with mock_aws():
        client = client_of("secretsmanager")
        arns = [client.create_secret(Name=name, SecretString=f"{name}-token")["ARN"] for name in ("read", "write")]
        outputs = dict(zip(("ApiReadTokenSecretArn", "ApiWriteTokenSecretArn"), arns, strict=True))
        client_of("cloudformation").create_stack(StackName="prod", TemplateBody=template(outputs))
        yield client


def run(*arguments: str) -> Result:
    """Run the command for the stack `prod`."""
    return CliRunner().invoke(cli, ["token", *arguments, "--stack", "prod"])


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [((), "read-token"), (("--of", "read"), "read-token"), (("--of", "write"), "write-token")],
)
def test_show_prints_a_token_and_nothing_else(arguments: tuple[str, ...], expected: str) -> None:
    result = run("show", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{expected}\n", "")


@pytest.mark.parametrize(("right", "other"), [("read", "write"), ("write", "read")])
def test_rotate_prints_the_new_token_and_says_how_long_the_one_before_is_valid(
    secrets: Any, right: str, other: str
) -> None:
    result = run("rotate", "--of", right)
    made = result.stdout.strip()
    assert (result.exit_code, result.stderr) == (
        0,
        f"the {right} token is new; the one before is valid for an hour\n",
    )
    assert secrets.get_secret_value(SecretId=right)["SecretString"] == made != f"{right}-token"
    before = secrets.get_secret_value(SecretId=right, VersionStage="AWSPREVIOUS")
    assert before["SecretString"] == f"{right}-token"
    assert secrets.get_secret_value(SecretId=other)["SecretString"] == f"{other}-token"


@pytest.mark.usefixtures("secrets")
def test_a_stack_without_tokens_exits_with_2() -> None:
    client_of("cloudformation").create_stack(StackName="bare", TemplateBody=template({}))
    result = CliRunner().invoke(cli, ["token", "show", "--stack", "bare"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "ApiReadTokenSecretArn" in result.stderr


@pytest.mark.parametrize("command", ["show", "rotate"])
def test_a_stack_must_be_named_and_a_right_must_be_known(command: str) -> None:
    result = CliRunner().invoke(cli, ["token", command])
    assert (result.exit_code, "--stack" in result.stderr) == (2, True)
    result = run(command, "--of", "admin")
    assert (result.exit_code, "'admin'" in result.stderr) == (2, True)


def test_without_credentials_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in_credentials(monkeypatch)
    without_credentials(monkeypatch, tmp_path)
    result = run("show")
    assert (result.exit_code, "no AWS credentials were found" in result.stderr) == (2, True)


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize(
    ("error", "status"),
    [(CallFailedError("GetSecretValue", "AccessDeniedException", "no"), 2), (KeyboardInterrupt(), 130)],
)
def test_a_refusal_and_an_interruption_have_a_status_of_their_own(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int
) -> None:
    def refuse(*_: object) -> str:
        raise error

    monkeypatch.setattr("ecr_scan_reporter.cli.tokens.show_token", refuse)
    result = run("show")
    assert (result.exit_code, result.stdout) == (status, "")
    assert "Traceback" not in result.stderr
