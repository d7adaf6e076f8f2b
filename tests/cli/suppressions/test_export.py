"""`export` to YAML and JSON."""

from pathlib import Path

import pytest

from tests.cli.suppressions.table import FILE, run, stored


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_exported_suppressions_are_imported_as_they_were(form: str, tmp_path: Path) -> None:
    run("import", "-", text=FILE)
    before = stored()
    file = tmp_path / f"suppressions.{form}"
    assert (run("export", str(file), "--format", form).exit_code, run("export", "--format", form).stdout) == (
        0,
        file.read_text(encoding="utf-8"),
    )
    assert run("import", str(file), "--prune").stdout == "0 added, 0 changed, 0 removed, 2 unchanged\n"
    run("remove", *before)
    run("import", str(file), "--author", "somebody else")
    assert stored() == before


KINDS = """
suppressions:
- {id: implicit, cve: CVE-1, reason: r, until: never}
- {id: named, cve: CVE-2, kind: accepted-risk, reason: r, until: never}
- {id: scanner, cve: CVE-3, kind: false-positive, reason: r, until: 2026-03-31}
- {id: zlib, cve: CVE-4, kind: not-affected, justification: component_not_present, reason: r, until: never}
- {id: vendor, cve: CVE-5, reason: r, until: fixed}
"""


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_kinds_are_exported_and_imported_as_they_were(form: str) -> None:
    run("import", "-", text=KINDS)
    before, text = stored(), run("export", "--format", form).stdout
    assert run("import", "-", text=KINDS).stdout == run("import", "-", text=text).stdout
    run("remove", *before)
    run("import", "-", text=text)
    assert stored() == before
    assert run("export", "--format", form).stdout == text


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    result = run("export", str(tmp_path / "no" / "suppressions.yaml"))
    assert (result.exit_code, "the file to write is" in result.stderr) == (2, True)
