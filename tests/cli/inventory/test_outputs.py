"""Every list in every format."""

import csv
import io
import json

import pytest

from ecr_scan_reporter.cli.inventory.outputs import WRITERS
from tests.cli.inventory.asking import Asking
from tests.cli.inventory.fake_inventory import FakeInventory
from tests.not_empty import not_empty

# Each command, with the number of its items and a member of them.
LISTS = {
    "where": (["curl"], 2, "vulnerability"),
    "images": ([], 3, "imageDigest"),
    "vulnerabilities": ([], 2, "vulnerability"),
    "summary": (["--by", "repository"], 2, "counts"),
    "coverage": (["--by", "owner"], 2, "oldestScanAt"),
    "history": ([], 3, "day"),
    "changes": ([], 1, "isFirst"),
    "left-behind": ([], 1, "sizeBytes"),
}
CASES = [(name, *case) for name, case in not_empty(LISTS).items()]


@pytest.mark.parametrize(("command", "arguments", "number", "member"), CASES)
def test_a_list_as_json_is_one_document_with_its_snapshot(
    asking: Asking, command: str, arguments: list[str], number: int, member: str
) -> None:
    document = asking.json(command, *arguments)
    assert (document["snapshot"]["id"], document["total"], len(document["items"])) == ("0007", number, number)
    assert all(member in item for item in document["items"])


@pytest.mark.parametrize(("command", "arguments", "number", "member"), CASES)
def test_a_list_as_ndjson_has_an_object_on_each_line(
    asking: Asking, command: str, arguments: list[str], number: int, member: str
) -> None:
    lines = asking.run(command, *arguments, "--output", "ndjson").stdout.splitlines()
    assert [member in json.loads(line) for line in lines] == [True] * number


@pytest.mark.parametrize(("command", "arguments", "number", "member"), CASES)
def test_a_list_as_csv_has_a_header_and_a_line_for_each(
    asking: Asking, command: str, arguments: list[str], number: int, member: str
) -> None:
    result = asking.run(command, *arguments, "--output", "csv")
    header, *rows = csv.reader(io.StringIO(result.stdout_bytes.decode(), newline=""))
    assert ([name for name in header if name.startswith(member)] != [], len(rows)) == (True, number)
    assert result.stdout_bytes.count(b"\r\n") == number + 1


@pytest.mark.parametrize(("command", "arguments", "number", "member"), CASES)
def test_a_list_as_markdown_is_a_table(
    asking: Asking, command: str, arguments: list[str], number: int, member: str
) -> None:
    table, *notes = asking.run(command, *arguments, "--output", "markdown").stdout.split("\n\n")
    lines = table.splitlines()
    assert (len(lines), {line[:2] for line in lines}) == (number + 2, {"| "})
    assert all("unknown" in note for note in notes)


@pytest.mark.parametrize("output", not_empty(WRITERS))
@pytest.mark.parametrize("command", not_empty(LISTS))
def test_an_empty_list_is_empty_in_each_format(asking: Asking, command: str, output: str) -> None:
    asking.inventory = FakeInventory()
    result = asking.run(command, *LISTS[command][0], "--output", output)
    assert result.exit_code == 0, result.stderr
    if output == "json":
        assert json.loads(result.stdout)["items"] == []
    else:
        table, *_ = result.stdout.split("\n\n")
        assert len(table.splitlines()) == {"ndjson": 0, "csv": 1, "markdown": 2}[output]


@pytest.mark.parametrize("output", ["json", "ndjson"])
def test_an_image_has_its_findings_inside(asking: Asking, output: str) -> None:
    text = asking.run("image", "payments/app:1.1", "--output", output).stdout
    document = json.loads(text)
    item = document["items"][0] if output == "json" else document
    assert len(item["findings"]) == 3


@pytest.mark.parametrize(("output", "lines"), [("csv", 4), ("markdown", 5)])
def test_an_image_as_a_table_has_a_line_for_each_finding(asking: Asking, output: str, lines: int) -> None:
    table, *_ = asking.run("image", "payments/app:1.1", "--output", output).stdout.split("\n\n")
    assert len(table.splitlines()) == lines


def test_an_image_as_sarif_is_one_run(asking: Asking) -> None:
    [run] = json.loads(asking.run("image", "payments/app:1.1", "--output", "sarif").stdout)["runs"]
    assert len(run["results"]) == 3
