"""The formats of `check`, its files, and the step summary of GitHub."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from ecr_scan_reporter.cli.gate.outputs import WRITERS
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from tests.cli.gate.fake_gate import FakeGate
from tests.unit.domain.gate.checks import CRITICAL, HIGH
from tests.unit.samples import digest

BAD = ("team/app:new", "--fail-on", "critical")


@pytest.fixture
def bad(gate: FakeGate) -> FakeGate:
    """A gate with an image that must not ship."""
    gate.has("new", CRITICAL, HIGH)
    return gate


@pytest.mark.parametrize("format_", WRITERS)
def test_a_format_on_standard_output_is_alone_there_and_the_verdict_on_standard_error(
    bad: FakeGate, format_: str
) -> None:
    result = bad.check(*BAD, "--output", format_)
    assert result.exit_code == 4
    assert result.stderr.startswith("FAILED: team/app:new is against the policy")
    assert "CVE-1" in result.stdout


def test_formats_are_what_their_readers_expect(bad: FakeGate) -> None:
    def written(format_: str) -> str:
        return bad.check(*BAD, "--output", format_).stdout

    assert json.loads(written("json"))["verdict"] == "againstPolicy"
    assert len(list(csv.DictReader(io.StringIO(written("csv"))))) == 2
    assert [json.loads(line)["vulnerability"] for line in written("ndjson").splitlines()] == ["CVE-1", "CVE-2"]
    assert json.loads(written("sarif"))["version"] == "2.1.0"
    assert ET.fromstring(written("junit")).tag == "testsuites"
    assert written("markdown").startswith("### ")


def test_reports_are_written_before_the_check_fails(bad: FakeGate, tmp_path: Path) -> None:
    options = [option for format_ in WRITERS for option in ("--report", f"{format_}={tmp_path / format_}")]
    assert bad.check(*BAD, *options).exit_code == 4
    assert {path.name for path in tmp_path.iterdir()} == set(WRITERS)
    assert all(path.stat().st_size for path in tmp_path.iterdir())


def test_a_report_that_cannot_be_written_is_an_error_and_no_verdict(bad: FakeGate, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert bad.check(*BAD, "--report", f"json={tmp_path / 'folder'}").exit_code == 2
    assert bad.check(*BAD, "--report", f"json={tmp_path / ('x' * 300)}").exit_code == 2


def test_an_image_without_a_result_leaves_alerts_of_code_scanning_alone(gate: FakeGate) -> None:
    gate.has("new")
    gate.found.answers[digest(1)] = [LastScan(ScanStatus.IMAGE_ARCHIVED)]
    result = gate.check("team/app:new", "--output", "sarif")
    assert (result.exit_code, json.loads(result.stdout)["runs"]) == (3, [])


def test_the_step_summary_of_github_gets_the_verdict_after_what_is_there(
    bad: FakeGate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert bad.check(*BAD).exit_code == 4
    assert summary.read_text(encoding="utf-8").startswith("before\n### \u274c FAILED: team/app:new")


def test_the_summary_stays_below_githubs_limit_with_what_is_there(gate: FakeGate, tmp_path: Path) -> None:
    gate.has("new", *(replace(HIGH, name=f"CVE-{number}", package="x" * 250) for number in range(6_000)))
    summary = tmp_path / "summary.md"
    summary.write_text("x" * 500_000, encoding="utf-8")
    assert gate.check("team/app:new", "--summary", str(summary)).exit_code == 0
    assert 600_000 < summary.stat().st_size <= 1_000_000


def test_a_summary_that_cannot_be_written_is_an_error_where_it_was_asked_for(
    bad: FakeGate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = str(tmp_path / "none" / "summary.md")
    assert bad.check(*BAD, "--summary", nowhere).exit_code == 2
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", nowhere)
    result = bad.check(*BAD)
    assert (result.exit_code, "warning: the summary is" in result.stderr) == (4, True)
