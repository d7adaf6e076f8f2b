"""`report`."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ecr_scan_reporter.web import report_file
from tests.cli.inventory.asking import Asking


def data_of(path: Path) -> Any:
    (content,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', path.read_text())
    return json.loads(content)


def test_the_images_of_the_filter_are_in_one_file(asking: Asking, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    result = asking.run("report", "--html", str(path), "--severity", "critical")
    assert (result.exit_code, result.stdout) == (0, "")
    data = data_of(path)
    assert [each["imageTags"] for each in data["images"]] == [["latest", "1.1"]]
    assert re.search(r"report\.html: 1 image, [0-9.]+ kB", result.stderr)


def test_the_file_is_needed(asking: Asking) -> None:
    result = asking.run("report")
    assert result.exit_code == 2
    assert "--html" in result.stderr


def test_a_report_that_is_too_large_leaves_the_file_as_it_was(
    asking: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    monkeypatch.setattr(report_file, "MAX_BYTES", 1_000)
    result = asking.run("report", "--html", str(path))
    assert result.exit_code == 2
    assert "--repository" in result.stderr
    assert path.read_text() == "old"
