"""To add a function is to add its modules: each list of functions is made of functions/ and the template."""

import ast
import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path

import pytest

from benchmarks.clients_at_start import clients_at_start
from benchmarks.functions_work import API_VARIABLES, variables
from ecr_scan_reporter.errors import MissingInputError
from scripts.template_check.source import ROOT, lambda_modules, load_template
from tests.not_empty import not_empty

FOLDER, LIBRARY = ROOT / "functions", ROOT / "layers/core"
PATH = [FOLDER, LIBRARY]
MODULES = not_empty(sorted(path.stem for path in FOLDER.glob("*.py")))
NAMES = {module: "".join(map(str.capitalize, module.split("_"))) for module in MODULES}
# No resource has the name of a parameter.
PARAMETERS = load_template()["Parameters"]
LOGICAL_IDS = {module: f"{name}Function" if name in PARAMETERS else name for module, name in NAMES.items()}
VARIABLES = variables("http://127.0.0.1:9", threads=4) | API_VARIABLES


def imports(source: str) -> Iterator[str]:
    """Yield the modules that a module imports, wherever it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# --- a function has ------------------------------------------------------------------------------------------------


def test_each_module_is_a_function_of_the_template_and_named_as_it_is() -> None:
    assert lambda_modules() == {logical_id: module for module, logical_id in LOGICAL_IDS.items()}


@pytest.mark.parametrize("module", MODULES)
def test_a_function_has_an_output_by_which_tools_find_it(module: str) -> None:
    output = load_template()["Outputs"][f"{NAMES[module]}FunctionName"]
    assert output["Value"] == {"Ref": LOGICAL_IDS[module]}


@pytest.mark.parametrize("module", MODULES)
def test_a_function_has_a_room_of_bootstrap(module: str) -> None:
    accessor = getattr(importlib.import_module(f"ecr_scan_reporter.bootstrap.{module}"), module)
    assert accessor.__doc__.startswith(f"Return the dependencies of {module}.")


@pytest.mark.parametrize("module", MODULES)
def test_a_function_has_settings(module: str) -> None:
    settings = getattr(importlib.import_module(f"ecr_scan_reporter.settings.{module}"), f"{NAMES[module]}Settings")
    assert is_dataclass(settings.from_environment(VARIABLES))
    with pytest.raises(MissingInputError):
        settings.from_environment({})


def make(target: str, artifacts: Path) -> subprocess.CompletedProcess[str]:
    """Run a target of the functions' Makefile as `sam build` does, without compiling."""
    command = ["make", "-C", str(FOLDER), f"build-{target}", f"ARTIFACTS_DIR={artifacts}", "COMPILER=none"]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("module", MODULES)
def test_a_function_is_built_of_its_module_alone(module: str, tmp_path: Path) -> None:
    done = make(LOGICAL_IDS[module], tmp_path)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [f"{module}.py"]
    assert (tmp_path / f"{module}.py").read_text() == (FOLDER / f"{module}.py").read_text()


def test_a_function_without_a_module_is_not_built(tmp_path: Path) -> None:
    assert make("NoSuchFunction", tmp_path).returncode != 0
    assert list(tmp_path.iterdir()) == []


# --- a function starts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "services"),
    [
        ("repositories_scanner", {"ecr", "sqs", "dynamodb"}),
        ("images_scanner", {"ecr", "sqs", "dynamodb"}),
        ("reporter", {"ecr", "sns", "dynamodb", "s3"}),
        ("digest", {"sns", "dynamodb"}),
    ],
)
def test_in_lambda_a_function_makes_its_clients_while_it_starts(module: str, services: set[str]) -> None:
    assert set(clients_at_start(Path(sys.executable), module, PATH, VARIABLES)) == services


def start(module: str, program: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program that imports a module as Lambda does; nothing of this process's environment is left."""
    in_lambda = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(map(str, PATH))}
    in_lambda |= {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9", "AWS_DEFAULT_REGION": "us-east-1"}
    command = [sys.executable, "-c", program, module]
    return subprocess.run(command, env=in_lambda | environment, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("module", MODULES)
def test_in_lambda_a_function_stops_at_its_start_when_a_variable_is_missing(module: str) -> None:
    done = start(module, "import sys; __import__(sys.argv[1])", {})
    assert "MissingInputError" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("module", MODULES)
def test_a_function_pays_for_no_other_one(module: str) -> None:
    done = start(module, "import json, sys; __import__(sys.argv[1]); print(json.dumps(list(sys.modules)))", VARIABLES)
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert f"ecr_scan_reporter.bootstrap.{module}" in loaded
    others = [other for other in MODULES if other != module]
    foreign = {f"ecr_scan_reporter.{layer}.{other}" for layer in ("bootstrap", "settings") for other in others}
    assert loaded & (foreign | {"click", "rich", "yaml"}) == set()


# --- who imports whom ------------------------------------------------------------------------------------------------


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter with the contracts of this project on the functions in a folder."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    environment = {"PATH": os.defpath, "PYTHONPATH": str(LIBRARY), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("line", "forbidden"),
    [
        ("from ecr_scan_reporter.aws.ecr import EcrRegistry", "ecr_scan_reporter.aws"),
        ("import boto3", "boto3"),
        ("from ecr_scan_reporter.bootstrap.digest import digest", ""),
    ],
)
def test_a_function_that_imports_aws_breaks_a_contract_whatever_its_name_is(
    tmp_path: Path, line: str, forbidden: str
) -> None:
    shutil.copytree(FOLDER, tmp_path / "functions", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "functions/made_up.py").write_text(f"{line}\n")
    done = lint(tmp_path)
    if forbidden:
        assert f"functions is not allowed to import {forbidden}" in done.stdout, done.stdout + done.stderr
        assert "functions.made_up" in done.stdout
    assert done.returncode == (1 if forbidden else 0), done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES)
def test_a_function_imports_its_own_room_and_settings_alone(module: str) -> None:
    imported = set(imports((FOLDER / f"{module}.py").read_text()))
    assert f"ecr_scan_reporter.bootstrap.{module}" in imported
    for other in set(MODULES) - {module}:
        assert imported & {f"ecr_scan_reporter.{layer}.{other}" for layer in ("bootstrap", "settings")} == set()


def test_the_library_imports_no_function_as_lambda_names_it() -> None:
    assert {"digest", "reporter"} <= set(
        imports("import digest\n\ndef f():\n    from reporter import lambda_handler\n")
    )
    found = [
        f"{path}: {name}"
        for path in not_empty(list((LIBRARY / "ecr_scan_reporter").rglob("*.py")))
        for name in imports(path.read_text())
        if name.partition(".")[0] in MODULES
    ]
    assert found == []
