"""`import`."""

import json
from pathlib import Path

import pytest

from ecr_scan_reporter.cli.suppressions import run as command_run
from tests.cli.suppressions.table import CALLER, FILE, add, run, stored
from tests.unit.samples import NOW


def test_a_file_is_imported_with_texts_as_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "suppressions.yaml"
    file.write_text(FILE, encoding="utf-8")
    result = run("import", str(file))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "added curl: CVE-2023-38545",
        "added openssl-dev: CVE-2024-* in openssl* of team/*, tag 1.10, up to MEDIUM",
        "2 added, 0 changed, 0 removed, 0 unchanged",
    ]
    suppressions = stored()
    assert suppressions["openssl-dev"]["tag"] == "1.10"
    assert suppressions["openssl-dev"]["reason"] == "Headers alone, nothing is linked."
    assert (suppressions["curl"]["createdBy"], suppressions["openssl-dev"]["createdBy"]) == ("carol", CALLER)


def test_an_import_writes_only_what_differs_and_keeps_who_made_it(monkeypatch: pytest.MonkeyPatch) -> None:
    run("import", "-", "--author", "alice", text=FILE)
    monkeypatch.setattr(command_run, "now", lambda: NOW.replace(year=2027))
    result = run("import", "-", "--author", "bob", text=FILE.replace("Not reachable.", "Not linked."))
    assert result.stdout.splitlines() == [
        "changed curl: CVE-2023-38545",
        "  reason: Not reachable. -> Not linked.",
        "0 added, 1 changed, 0 removed, 1 unchanged",
    ]
    suppressions = stored()
    assert suppressions["curl"]["reason"] == "Not linked."
    assert {suppression["createdAt"] for suppression in suppressions.values()} == {"2026-01-31T12:00:00Z"}
    assert (suppressions["curl"]["createdBy"], suppressions["openssl-dev"]["createdBy"]) == ("carol", "alice")


def test_a_file_without_kinds_differs_only_from_suppressions_of_another_kind() -> None:
    run("import", "-", text=FILE)
    assert "2 unchanged" in run("import", "-", text=FILE).stdout
    named = FILE.replace("until: never,", "until: never, kind: accepted-risk,")
    assert "2 unchanged" in run("import", "-", text=named).stdout
    other = FILE.replace("until: never,", "until: never, kind: not-affected, justification: component_not_present,")
    assert run("import", "-", text=other).stdout.splitlines() == [
        "changed curl: CVE-2023-38545 (not-affected)",
        "  kind: accepted-risk -> not-affected",
        "  justification: (not set) -> component_not_present",
        "0 added, 1 changed, 0 removed, 1 unchanged",
    ]


def test_suppressions_that_are_not_in_the_file_stay_unless_it_prunes() -> None:
    add("other")
    assert "0 removed" in run("import", "-", text=FILE).stdout
    assert set(stored()) == {"openssl-dev", "curl", "other"}
    shown = run("import", "-", "--prune", "--dry-run", text=FILE).stdout
    assert shown.splitlines() == [
        "removed other: CVE-2023-38545",
        "0 added, 0 changed, 1 removed, 2 unchanged (dry run: nothing was changed)",
    ]
    assert set(stored()) == {"openssl-dev", "curl", "other"}
    assert run("import", "-", "--prune", text=FILE).stdout == shown.replace(" (dry run: nothing was changed)", "")
    assert set(stored()) == {"openssl-dev", "curl"}


def test_a_dry_run_adds_nothing() -> None:
    assert "2 added" in run("import", "-", "--dry-run", text=FILE).stdout
    assert stored() == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE.replace("package:", "packge:"), ["line 8: a key of suppression openssl-dev is 'packge'"]),
        (FILE.replace("until: never, ", ""), ["line 14: until of suppression curl is not set"]),
        (
            FILE.replace("until: never", "until: soon").replace("MEDIUM", "AWFUL"),
            ["line 14: until of suppression curl is 'soon'", "line 9: severity of suppression openssl-dev is 'AWFUL'"],
        ),
        (FILE.replace("package: openssl*", "package:"), ["package of suppression openssl-dev is ''"]),
        (FILE.replace("id: curl", "id: openssl-dev"), ["line 14: id of suppression number 2 is 'openssl-dev'"]),
        (FILE.replace("  - {", "    id: x\n  - {"), ["line 14 of the file", "the key 'id' is given twice"]),
        ("", ["the file is empty"]),
        ("suppressions: [", ["line 1 of the file is"]),
        ('[{"id": "a", "id": "b"}]', ["line 1 of the file", "the key 'id' is given twice"]),
        ("- !!python/object:os.system {}", ["id of suppression number 1 is not set"]),
        ("? [a]\n: b\n", ["line 1 of the file is"]),
        (
            FILE.replace("until: never", "until: 90d"),
            ["line 14: until of suppression curl is '90d'", "only the command add"],
        ),
        (
            FILE.replace("until: never", "justification: component_not_present"),
            ["line 14: justification of suppression curl is 'component_not_present': allowed is none with the kind"],
        ),
        ("- 7\n- {}\n", ["line 1: suppression number 1 is '7'", "line 2: id of suppression number 2 is not set"]),
        ("[]", ["no suppressions, so every stored one would be removed: give --allow-empty"]),
        ("suppressions: []", ["no suppressions, so every stored one would be removed: give --allow-empty"]),
    ],
    ids=[
        "key",
        "no end",
        "two faults",
        "empty",
        "same id",
        "forgotten dash",
        "nothing",
        "no YAML",
        "json",
        "tag",
        "odd",
        "duration",
        "justified risk",
        "no mapping",
        "empty list",
        "empty list under its key",
    ],
)
def test_a_file_in_which_anything_is_wrong_changes_nothing(text: str, said: list[str]) -> None:
    add("other")
    before = stored()
    result = run("import", "-", "--prune", text=text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert [words for words in said if words not in result.stderr] == []
    assert stored() == before


def test_a_file_that_is_not_there_or_no_text_is_wrong_usage(tmp_path: Path) -> None:
    assert run("import", str(tmp_path / "none.yaml")).exit_code == 2
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    result = run("import", str(tmp_path / "binary"))
    assert (result.exit_code, "YAML or JSON, in UTF-8" in result.stderr) == (2, True)


@pytest.mark.parametrize("indent", [2, "\t"], ids=["spaces", "tabs"])
def test_the_errors_of_json_name_the_line_too(indent: int | str) -> None:
    entries = [
        {"id": "a", "cve": "CVE-1", "reason": "r", "until": "never"},
        {"id": "b", "cve": "CVE-1", "reason": "a \U0001f600 in it", "until": 7},
    ]
    result = run("import", "-", text=json.dumps({"suppressions": entries}, indent=indent))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: line 13: until of suppression b is 7: allowed is a date")


def test_faults_of_json_that_yaml_cannot_read_have_no_line() -> None:
    entry = {"id": "a", "cve": "CVE-1", "reason": "r\x7f", "until": "never"}
    result = run("import", "-", text=json.dumps([entry], ensure_ascii=False))
    assert result.stderr.startswith("error: reason of suppression a is")


@pytest.mark.parametrize(
    "text", ["", "# all of it is commented out\n", "[]", "suppressions: []", '{"suppressions": []}']
)
def test_an_empty_file_removes_everything_only_when_that_is_meant(text: str) -> None:
    add("other")
    shown = run("import", "-", "--prune", "--allow-empty", "--dry-run", text=text)
    assert (shown.exit_code, shown.stdout.splitlines()[0]) == (0, "removed other: CVE-2023-38545")
    assert set(stored()) == {"other"}
    assert run("import", "-", "--allow-empty", text=text).exit_code == 0
    assert set(stored()) == {"other"}, "nothing is removed without --prune"
    assert run("import", "-", "--prune", "--allow-empty", text=text).exit_code == 0
    assert stored() == {}


def test_an_imported_suppression_of_everything_is_warned_of_once_it_changes() -> None:
    text = "- {id: all, cve: CVE-*, repository: sandbox/*, reason: r, until: 2026-03-31}"
    warning = "warning: all suppresses every finding of every image of repositories sandbox/*, until 2026-03-31\n"
    assert [run("import", "-", text=text).stderr for _ in range(2)] == [warning, ""]
