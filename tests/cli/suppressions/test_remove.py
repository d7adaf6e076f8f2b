"""`remove`."""

from tests.cli.suppressions.table import add, run


def test_suppressions_are_removed_and_those_that_are_not_there_are_named() -> None:
    add("a")
    add("b")
    result = run("remove", "a", "nope", "b", "a")
    assert (result.exit_code, result.stdout) == (1, "removed a\nremoved b\n")
    assert result.stderr == "nope: there is no such suppression\n"
    assert run("remove").exit_code == 2
