"""What is uploaded is the same for the same content."""

from pathlib import Path

from local.deploy import zip_folder


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        for module in sorted(["b.py", "a.py"], reverse=name == "one"):
            (tmp_path / name / module).write_text(f"# {module}")
    assert zip_folder(tmp_path / "one") == zip_folder(tmp_path / "other")
    (tmp_path / "other" / "a.py").write_text("# changed")
    assert zip_folder(tmp_path / "one") != zip_folder(tmp_path / "other")
