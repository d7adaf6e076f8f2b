"""The file of `--ignore`."""

from pathlib import Path

import pytest

from tests.cli.gate.fake_gate import FakeGate
from tests.unit.domain.gate.checks import CRITICAL, rule

RULE = "- {id: ours, cve: CVE-1, reason: not reachable, until: never}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file to write rules to."""
    return tmp_path / "ignore.yaml"


def checked(gate: FakeGate, file: Path, text: str) -> tuple[int, str]:
    file.write_text(text, encoding="utf-8")
    result = gate.check("team/app:new", "--ignore", str(file))
    return result.exit_code, result.output


@pytest.fixture(autouse=True)
def bad(gate: FakeGate) -> None:
    """An image that must not ship."""
    gate.has("new", CRITICAL)


@pytest.mark.parametrize("text", [RULE, f"suppressions:\n{RULE}"])
def test_a_rule_hides_its_findings_and_is_named(gate: FakeGate, file: Path, text: str) -> None:
    status, said = checked(gate, file, text)
    assert status == 0
    assert "1 finding by ours: CVE-1 (of the file, until never): not reachable" in said


@pytest.mark.parametrize("text", ["", "[]"])
def test_a_file_without_rules_hides_nothing(gate: FakeGate, file: Path, text: str) -> None:
    assert checked(gate, file, text)[0] == 4


def test_a_rule_that_matches_nothing_is_a_warning(gate: FakeGate, file: Path) -> None:
    status, said = checked(gate, file, RULE.replace("CVE-1", "CVE-9"))
    assert (status, "warning: ours: CVE-9 matches no finding" in said) == (4, True)


def test_a_rule_that_has_ended_hides_nothing_and_is_a_warning(gate: FakeGate, file: Path) -> None:
    status, said = checked(gate, file, RULE.replace("never", "2025-12-31"))
    assert (status, "warning: ours: CVE-1 has ended" in said) == (4, True)


def test_a_rule_for_another_repository_is_for_another_pipeline(gate: FakeGate, file: Path) -> None:
    status, said = checked(gate, file, RULE.replace("CVE-1", "CVE-9, repository: team/web"))
    assert (status, "matches no finding" in said) == (4, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RULE.replace("never", "someday"), "line 1: until of suppression ours"),
        (RULE.replace("reason: not reachable, ", ""), "line 1: reason of suppression ours"),
        (RULE + RULE, "line 2: id of suppression number 2"),
        ("- [", "line 1 of the file"),
        ("just text", "the document"),
    ],
)
def test_a_wrong_file_is_2_with_the_line(gate: FakeGate, file: Path, text: str, said: str) -> None:
    status, output = checked(gate, file, text)
    assert (status, said in output) == (2, True), output


def test_a_file_that_is_not_there_is_2(gate: FakeGate, file: Path) -> None:
    assert gate.check("team/app:new", "--ignore", str(file)).exit_code == 2


def test_the_same_id_in_the_account_is_another_rule(gate: FakeGate, file: Path) -> None:
    gate.account = [rule("ours", "CVE-7")]
    assert checked(gate, file, RULE)[0] == 0
