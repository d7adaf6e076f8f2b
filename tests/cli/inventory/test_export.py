"""`export`."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from ecr_scan_reporter.domain.inventory.exports.sarif import MAX_RUNS
from tests.cli.inventory.asking import CURL, Asking, image
from tests.cli.inventory.fake_inventory import FakeInventory, entry


def test_by_default_the_findings_are_written_as_csv(asking: Asking) -> None:
    rows = [*csv.DictReader(io.StringIO(asking.run("export").stdout))]
    assert [(row["imageTags"], row["vulnerability"]) for row in rows] == [
        ("latest 1.1", "CVE-2021-44228"),
        ("latest 1.1", "CVE-2023-38545"),
        ("1.2", "CVE-2023-38545"),
    ]


@pytest.mark.parametrize(("kind", "number"), [("images", 3), ("findings", 3), ("vulnerabilities", 2)])
def test_each_kind_has_its_total_in_json(asking: Asking, kind: str, number: int) -> None:
    document = asking.json("export", "--of", kind)
    assert (document["total"], len(document["items"])) == (number, number)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (("--severity", "critical"), ["CVE-2021-44228"]),
        (("--not-fixable",), ["CVE-2023-38545", "CVE-2023-38545"]),
        (("--suppressed", "only"), ["CVE-2011-3374"]),
        (("--tag", "1.2"), ["CVE-2023-38545"]),
        (("--severity", "critical", "--not-fixable"), []),
    ],
)
def test_exactly_what_the_filters_show_is_written(asking: Asking, filters: tuple[str, ...], names: list[str]) -> None:
    assert [item["vulnerability"] for item in asking.json("export", *filters)["items"]] == names


def test_a_file_is_replaced_as_a_whole(asking: Asking, tmp_path: Path) -> None:
    path = tmp_path / "findings.csv"
    path.write_text("old")
    result = asking.run("export", "--file", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert path.read_bytes().decode() == asking.run("export").stdout_bytes.decode()
    assert path.read_bytes().count(b"\r\n") == 4
    assert [*tmp_path.iterdir()] == [path]


def test_an_export_that_fails_leaves_the_file_as_it_was(asking: Asking, tmp_path: Path) -> None:
    path = tmp_path / "findings.csv"
    path.write_text("old")
    # No answer of an inventory: it fails when it is written, after the first line.
    asking.inventory.entries = [*asking.inventory.entries, replace(asking.inventory.entries[0], findings=(None,))]  # type: ignore[arg-type]
    assert asking.run("export", "--suppressed", "included", "--file", str(path)).exception
    assert ([*tmp_path.iterdir()], path.read_text()) == ([path], "old")


def test_a_file_that_cannot_be_written_exits_with_2(asking: Asking, tmp_path: Path) -> None:
    result = asking.run("export", "--file", str(tmp_path / "none" / "a.csv"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the file to write is" in result.stderr


@pytest.mark.parametrize("output", ["csv", "json", "ndjson", "markdown"])
def test_a_folder_gets_a_file_of_each_kind(asking: Asking, tmp_path: Path, output: str) -> None:
    folder = tmp_path / "new" / "folder"
    result = asking.run("export", "--output", output, "--directory", str(folder))
    suffix = {"markdown": "md"}.get(output, output)
    assert (result.exit_code, result.stdout) == (0, "")
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{kind}.{suffix}" for kind in ("findings", "images", "vulnerabilities")
    ]
    assert result.stderr.splitlines()[0] == str(folder / f"images.{suffix}")


def test_a_folder_gets_one_kind_where_it_is_said(asking: Asking, tmp_path: Path) -> None:
    asking.run("export", "--of", "images", "--directory", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["images.csv"]


def test_sarif_of_many_images_needs_a_folder(asking: Asking, tmp_path: Path) -> None:
    asking.inventory = FakeInventory([entry(image(number), CURL) for number in range(1, MAX_RUNS + 3)])
    result = asking.run("export", "--output", "sarif")
    assert (result.exit_code, len(json.loads(result.stdout)["runs"])) == (1, MAX_RUNS)
    assert "only 20 images of more are written" in result.stderr
    result = asking.run("export", "--output", "sarif", "--directory", str(tmp_path))
    assert result.exit_code == 0
    files = sorted(tmp_path.iterdir())
    assert [len(json.loads(path.read_text())["runs"]) for path in files] == [MAX_RUNS, 2]
    assert result.stderr.splitlines() == [f"{files[0]}: 20 images", f"{files[1]}: 2 images"]


def test_sarif_has_the_reasons_of_suppressed_findings(asking: Asking) -> None:
    text = asking.run("export", "--output", "sarif", "--suppressed", "included").stdout
    assert "Suppression apt: Not reachable." in text


def test_an_image_without_findings_of_the_filter_has_a_run_that_closes_its_alerts(asking: Asking) -> None:
    runs = json.loads(asking.run("export", "--output", "sarif", "--severity", "critical").stdout)["runs"]
    assert [len(run["results"]) for run in runs] == [1, 0]


def test_openvex_names_the_images_of_each_suppression(asking: Asking, tmp_path: Path) -> None:
    document = json.loads(asking.run("export", "--output", "openvex").stdout)
    assert [statement["vulnerability"]["name"] for statement in document["statements"]] == ["CVE-2011-3374"]
    assert asking.run("export", "--output", "openvex", "--directory", str(tmp_path)).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["openvex.json"]


def test_openvex_without_suppressions_is_said(asking: Asking) -> None:
    asking.suppressions = []
    result = asking.run("export", "--output", "openvex")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no suppression matches" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--file", "a", "--directory", "b"),
        ("--output", "sarif", "--of", "images"),
        ("--output", "openvex", "--of", "vulnerabilities"),
    ],
)
def test_options_that_do_not_go_together_exit_with_2(asking: Asking, arguments: tuple[str, ...]) -> None:
    result = asking.run("export", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
