"""`import`."""

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
        "0 added, 1 changed, 0 removed, 1 unchanged",
    ]
    suppressions = stored()
    assert suppressions["curl"]["reason"] == "Not linked."
    assert {suppression["createdAt"] for suppression in suppressions.values()} == {"2026-01-31T12:00:00Z"}
    assert (suppressions["curl"]["createdBy"], suppressions["openssl-dev"]["createdBy"]) == ("carol", "alice")


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
        (FILE.replace("package:", "packge:"), ["a key of suppression openssl-dev is 'packge'"]),
        (FILE.replace("until: never, ", ""), ["until of suppression curl is not set"]),
        (FILE.replace("until: never", "until: soon").replace("MEDIUM", "AWFUL"), ["'soon'", "'AWFUL'"]),
        (FILE.replace("package: openssl*", "package:"), ["package of suppression openssl-dev is ''"]),
        (FILE.replace("id: curl", "id: openssl-dev"), ["id of suppression number 2 is 'openssl-dev'"]),
        (FILE.replace("  - {", "    id: x\n  - {"), ["line 14 of the file", "the key 'id' is given twice"]),
        ("", ["the document is None"]),
        ("suppressions: [", ["line 1 of the file is"]),
        ('[{"id": "a", "id": "b"}]', ["'id', 'id'"]),
        ("- !!python/object:os.system {}", ["id of suppression number 1 is not set"]),
        ("? [a]\n: b\n", ["line 1 of the file is"]),
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
