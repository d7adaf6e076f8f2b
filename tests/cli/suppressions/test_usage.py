"""What all commands for suppressions have in common: their options, their exit status."""

import pytest

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
