"""The folder of an invocation."""

import tempfile
import time
from pathlib import Path

import pytest

from ecr_scan_reporter.bootstrap.invocation_folder import folder_of_invocation


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_folder_goes_with_the_invocation(temporary_folder: Path) -> None:
    with folder_of_invocation("inventory") as folder:
        (folder / "images.sqlite").write_bytes(b"1")
        assert folder.parent == temporary_folder
    assert list(temporary_folder.iterdir()) == []


def test_what_a_killed_invocation_left_is_deleted_and_nothing_else(temporary_folder: Path) -> None:
    now = int(time.time())
    names = [f"inventory-{now - 900}-abc", f"inventory-{now - 60}-abc", "inventory-x-abc", f"other-{now - 900}-abc"]
    for name in names:
        (temporary_folder / name).mkdir()
        (temporary_folder / name / "images.sqlite").write_bytes(b"1")
    with folder_of_invocation("inventory") as folder:
        assert {each.name for each in temporary_folder.iterdir()} == {*names[1:], folder.name}
