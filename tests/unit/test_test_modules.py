"""What tests share lies in modules of its own: a test module is read alone, and can be renamed or split alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"


def _imported(tree: ast.AST) -> Iterator[str]:
    """Return the module names, and the names from modules, that the code imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _of_pytest_alone(imported: str) -> bool:
    """Return whether it comes from a module that only pytest may load."""
    package, *parts = imported.split(".")
    return package == "tests" and any(part == "conftest" or part.startswith("test_") for part in parts)


def _wrong_imports(source: str) -> list[str]:
    return sorted(name for name in _imported(ast.parse(source)) if _of_pytest_alone(name))


def test_no_module_imports_a_test_module_or_a_conftest() -> None:
    modules = sorted(TESTS.rglob("*.py"))
    assert len([path for path in modules if path.name.startswith("test_")]) > 80
    wrong = {
        str(path.relative_to(ROOT)): names
        for path in modules
        if (names := _wrong_imports(path.read_text(encoding="utf-8")))
    }
    assert wrong == {}


def test_every_way_to_import_a_test_module_is_noticed() -> None:
    source = """
import tests.unit.test_errors
from tests.e2e import test_chain
from tests.e2e.conftest import BUS

def late():
    from tests.unit.test_layer import ROOT

import pytest
from tests.unit.samples import NOW
"""
    assert _wrong_imports(source) == [
        "tests.e2e.conftest.BUS",
        "tests.e2e.test_chain",
        "tests.unit.test_errors",
        "tests.unit.test_layer.ROOT",
    ]
