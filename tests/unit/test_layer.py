"""The modules that the functions load, and the packages of their layer."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.not_empty import not_empty

ROOT = Path(__file__).parent.parent.parent
FUNCTIONS = not_empty(sorted(path.stem for path in (ROOT / "functions").glob("*.py")))
OF_THE_COMMAND_LINE = ("packageurl", "click", "rich", "yaml")


def modules_of(function: str) -> set[str]:
    """Return the modules that a function loads when it starts."""
    program = f"import sys, {function}; print(*sys.modules, sep='\\n')"
    environment = {"PYTHONPATH": f"{ROOT / 'layers/core'}:{ROOT / 'functions'}"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.split())
    assert function in loaded
    return loaded


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_loads_nothing_of_the_command_line(function: str) -> None:
    loaded = modules_of(function)
    assert "ecr_scan_reporter.errors" in loaded
    unwanted = {*OF_THE_COMMAND_LINE, "ecr_scan_reporter.cli", "ecr_scan_reporter.domain.suppressions.vex"}
    assert loaded & unwanted == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_api_alone_loads_the_face_of_http_and_the_secrets(function: str) -> None:
    loaded = modules_of(function)
    of_http = {each for each in loaded if each.startswith("ecr_scan_reporter.web")}
    assert bool(of_http) is (function == "api")
    assert ("ecr_scan_reporter.aws.token_secrets" in loaded) is (function == "api")


def test_there_are_functions() -> None:
    assert {"repositories_scanner", "images_scanner", "reporter", "digest"} <= set(FUNCTIONS)


def test_the_layer_carries_nothing_of_the_command_line() -> None:
    lines = (ROOT / "layers/core/requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0].lower() for line in lines if "==" in line}
    assert "aws-lambda-powertools" in pinned
    assert pinned & {"packageurl-python", "click", "rich", "pyyaml", "boto3", "botocore"} == set()
