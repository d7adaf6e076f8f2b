"""The three ways to start the command line."""

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ecr_scan_reporter import __version__
from ecr_scan_reporter.cli.main import cli, main

PROJECT = Path(__file__).parent.parent.parent / "pyproject.toml"


@pytest.mark.parametrize("module", ["ecr_scan_reporter", "ecr_scan_reporter.cli"])
def test_a_module_runs_as_the_command(module: str) -> None:
    command = [sys.executable, "-m", module, "--version"]
    environment = {"PYTHONPATH": str(PROJECT.parent / "layers/core")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"ecr-scan-reporter, version {__version__}\n", "")


def test_the_installed_command_is_the_same_one() -> None:
    scripts = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["scripts"]
    assert list(scripts) == ["ecr-scan-reporter"]
    assert EntryPoint("ecr-scan-reporter", scripts["ecr-scan-reporter"], "console_scripts").load() is main


def test_the_command_has_groups_for_suppressions_and_configurations_beside_single_commands() -> None:
    questions = {"where", "images", "image", "vulnerabilities", "summary", "coverage", "history", "changes"}
    others = {
        "plan",
        "scan",
        "check",
        "suppressions",
        "configs",
        "test-report",
        "left-behind",
        "overdue",
        "export",
        "report",
        "token",
    }
    assert cli.commands.keys() == questions | others


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_a_shell_gets_its_completion(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_ECR_SCAN_REPORTER_COMPLETE", f"{shell}_source")
    with pytest.raises(SystemExit) as exited:
        main()
    assert exited.value.code == 0
    assert "_ECR_SCAN_REPORTER_COMPLETE" in capsys.readouterr().out


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, (*path, name))


@pytest.mark.parametrize("path", list(_commands(cli)), ids=" ".join)
def test_every_command_has_its_help_under_two_names(path: tuple[str, ...]) -> None:
    short, long = (CliRunner().invoke(cli, [*path, option]) for option in ("-h", "--help"))
    assert (short.exit_code, short.stdout) == (0, long.stdout)
    assert "Usage:" in short.stdout
