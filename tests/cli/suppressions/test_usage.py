"""What all commands for suppressions have in common: their options, their exit status."""

from pathlib import Path

import pytest

from ecr_scan_reporter.aws.suppressions_table import SuppressionsTable
from tests.cli.credentials import without_credentials
from tests.cli.suppressions.table import FILE, run


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("remove", "a"),
        ("import", "-"),
        ("export",),
        ("add", "--cve", "CVE-1", "--reason", "r", "--until", "never"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_table_that_is_not_there_exits_with_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "--table", "none", text=FILE)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no table none" in result.stderr


def test_the_table_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUPPRESSIONS_TABLE")
    result = run("list")
    assert (result.exit_code, "--table" in result.stderr) == (2, True)


@pytest.mark.parametrize("name", ["list", "add", "remove", "import", "export"])
def test_the_help_documents_the_exit_status_and_the_variables(name: str) -> None:
    text = run(name, "--help").stdout
    assert [word for word in ("Exit status", "SUPPRESSIONS_TABLE", "--profile", "--region") if word not in text] == []


def test_a_profile_that_is_not_there_exits_with_2() -> None:
    result = run("list", "--profile", "nobody")
    assert (result.exit_code, "nobody" in result.stderr) == (2, True)


def test_without_credentials_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_credentials(monkeypatch, tmp_path)
    result = run("list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: no AWS credentials were found: give --profile, or set AWS_PROFILE")


def test_ctrl_c_exits_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SuppressionsTable, "all", interrupt)
    assert run("list").exit_code == 130
