"""The map of the house shows the house as it is."""

import re
from pathlib import Path

from tests.docs.markdown import ROOT, prose

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LIBRARY = ROOT / "layers" / "core" / "ecr_scan_reporter"


def _section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def _paths(text: str) -> list[str]:
    """Return what is written as code and is a path: it has a slash, or the ending of a file."""
    return [code for code in re.findall(r"`([\w./-]+)`", text) if "/" in code or re.search(r"\.\w{2,4}$", code)]


def _exists(path: str) -> bool:
    return (ROOT / path).exists() or (LIBRARY / path).exists()


def test_every_path_that_it_names_exists() -> None:
    paths = _paths(prose(PAGE))
    assert len(paths) > 50
    assert [path for path in paths if not _exists(path)] == []


def test_a_path_that_is_not_there_is_noticed() -> None:
    assert [path for path in _paths("`domain/` `aws/gone.py` `gone.md` `make test`") if not _exists(path)] == [
        "aws/gone.py",
        "gone.md",
    ]


def test_the_map_has_every_room() -> None:
    rooms = {path.name for path in LIBRARY.iterdir() if (path / "__init__.py").exists()}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and _has_code(path)} - {"tests"}
    assert len(rooms) > 6
    assert len(folders) > 4
    shown = {path.strip("/").partition("/")[0] for path in _paths(_section("The map of the house"))}
    assert (rooms | folders) - shown == set()


def _has_code(folder: Path) -> bool:
    return not folder.name.startswith(".") and any(folder.rglob("*.py"))


def test_every_kind_of_test_is_named() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and any(path.rglob("test_*.py"))}
    assert len(folders) > 6
    assert folders == {path.split("/")[1] for path in _paths(_section("Tests")) if path.startswith("tests/")}


def test_its_targets_are_those_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z0-9-]+)", PAGE))
    assert len(named) > 8
    assert named <= targets


def test_a_name_has_one_meaning() -> None:
    names = [
        name for row in re.findall(r"^\| ([\w ,-]+) \| ", _section("Names"), re.MULTILINE) for name in row.split(", ")
    ]
    assert len(names) > 25
    assert len(names) == len(set(names))


def test_the_example_of_a_commit_keeps_to_the_rule() -> None:
    subject, empty, *body = _section("Commits").partition("```text\n")[2].partition("```")[0].splitlines()
    assert re.fullmatch(r"[a-z]+: .+", subject)
    assert len(subject) <= 72
    assert empty == ""
    assert body
