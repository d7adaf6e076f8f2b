"""Text of others stays text: markup, HTML, formulas, control characters, characters that a terminal has not."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from ecr_scan_reporter.cli.main import cli
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.severities import Severity
from tests.cli.inventory.asking import Asking, image
from tests.cli.inventory.fake_inventory import FakeInventory, entry
from tests.unit.domain.inventory.snapshot_infos import KNOWING
from tests.unit.samples import ago, digest

TEXTS = ["[red]tag", "[/]", "[link=https://evil.example]x[/link]", "<script>alert(1)</script>", "=cmd()", ":smile:"]
CONTROL = "a\x1b[2Jb\nc\u202ed\u0007"
COMMANDS = (
    ["images"],
    ["image", "payments/app:x"],
    ["where", "*"],
    ["where", "*", "--vulnerability"],
    ["vulnerabilities"],
    ["summary", "--by", "owner"],
    ["coverage", "--by", "owner"],
    ["changes"],
    ["left-behind", "--unused", "1d"],
)


def of(text: str) -> FakeInventory:
    """Return an inventory in which every text of others is this one."""
    finding = Finding(
        text, Severity.HIGH, text, text, 1.0, text, text, ((text, text),), "PARTIAL", text, suppressed_by=""
    )
    facts: dict[str, Any] = {
        "tags": ("x", text),
        "owner": text,
        "description": text,
        "places": (text,),
        "is_in_use": True,
    }
    old = image(9, owner=text)
    return FakeInventory([entry(image(1, **facts), finding, replace(finding, suppressed_by=text)), entry(old)])


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_table_shows_a_text_as_it_is(asking: Asking, command: list[str], text: str) -> None:
    [scan] = asking.inventory.scans
    asking.inventory = of(text)
    asking.inventory.scans = [replace(scan, owner=text, change=replace(scan.change, tag=text, news=(text,)))]
    result = asking.run(*command)
    assert result.exit_code == 0, result.output
    assert text in result.stdout


@pytest.mark.parametrize("text", TEXTS)
def test_the_overdue_findings_show_a_text_as_it_is(asking: Asking, text: str) -> None:
    late = Finding(text, Severity.HIGH, text, text, fixed_in=text, first_seen_at=ago(days=99))
    asking.inventory = FakeInventory([entry(image(1, tags=("x",), owner=text), late, info=KNOWING)], KNOWING)
    result = asking.run("overdue")
    assert result.exit_code == 0, result.output
    assert text in result.stdout


@pytest.mark.parametrize("text", TEXTS)
def test_a_headline_shows_a_text_as_it_is(asking: Asking, text: str) -> None:
    asking.inventory = FakeInventory([entry(image(1, tags=(text,)))])
    assert asking.lines("image", digest(1))[0] == f"payments/app:{text}"
    assert asking.lines("where", text)[0].startswith(f"no image has {text}: ")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_table_has_no_control_characters(asking: Asking, command: list[str]) -> None:
    [scan] = asking.inventory.scans
    asking.inventory = of(CONTROL)
    asking.inventory.scans = [replace(scan, owner=CONTROL, change=replace(scan.change, tag=CONTROL, news=(CONTROL,)))]
    result = asking.run(*command)
    assert result.exit_code == 0, result.output
    assert "a [2Jb c d" in result.stdout
    assert {character for character in result.output if not character.isprintable()} == {"\n"}


@pytest.mark.parametrize("command", [["where", CONTROL], ["image", CONTROL], ["vulnerabilities", CONTROL]])
def test_a_name_that_is_asked_for_is_shown_without_control_characters(asking: Asking, command: list[str]) -> None:
    result = asking.run(*command)
    assert {character for character in result.output if not character.isprintable()} <= {"\n"}


def test_a_spreadsheet_calculates_nothing(asking: Asking) -> None:
    asking.inventory = of("=cmd()")
    rows = [*csv.reader(io.StringIO(asking.run("export").stdout))]
    cells = [cell for row in rows for cell in row]
    assert "'=cmd()" in cells
    assert [cell for cell in cells if cell.startswith("=")] == []


@pytest.mark.parametrize("output", ["json", "ndjson", "sarif"])
def test_json_has_the_text_in_ascii(asking: Asking, output: str) -> None:
    asking.inventory = of("\u00fc\u202e\ud800")
    result = asking.run("export", "--output", output)
    assert result.exit_code == 0
    assert result.stdout_bytes.isascii()
    assert json.loads(result.stdout.splitlines()[0] if output == "ndjson" else result.stdout)


@pytest.mark.parametrize("output", ["table", "csv", "markdown"])
def test_a_character_that_cannot_be_written_is_an_escape(asking: Asking, output: str) -> None:
    asking.inventory = of("\u00fc\ud800")
    result = CliRunner(charset="ascii").invoke(cli, ["where", "*", "--stack", "prod", "--output", output])
    assert result.exit_code == 0, result.exception
    assert ("\\xfc" if output == "table" else "\u00fc".encode().decode("utf-8")) in result.stdout_bytes.decode()
