"""The page of the library is a promise: its import paths exist, and its example runs."""

import ast
import inspect
import re
from importlib import import_module

import pytest
from moto import mock_aws

from ecr_scan_reporter import errors
from tests.docs.markdown import ROOT
from tests.integration.account import Account

PAGE = (ROOT / "docs/reference/library.md").read_text(encoding="utf-8")
PROMISED, EXAMPLE = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def _imports(code: str) -> set[tuple[str, str]]:
    found = [node for node in ast.parse(code).body if isinstance(node, ast.ImportFrom) and node.module]
    return {(node.module or "", alias.name) for node in found for alias in node.names}


@pytest.mark.parametrize(("module", "name"), sorted(_imports(PROMISED)))
def test_a_public_import_path_is_where_the_thing_is_defined(module: str, name: str) -> None:
    promised = getattr(import_module(module), name)
    assert inspect.getmodule(promised).__name__ == module  # type: ignore[union-attr]
    assert inspect.getdoc(promised), "its docstring says what it means"


def test_the_promise_is_of_imports_alone_and_of_more_than_a_few() -> None:
    assert all(isinstance(node, ast.ImportFrom) for node in ast.parse(PROMISED).body)
    assert len(_imports(PROMISED)) > 20
    assert all(module.startswith("ecr_scan_reporter.") for module, _ in _imports(PROMISED))


def test_every_error_is_public() -> None:
    defined = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert defined == {name for module, name in _imports(PROMISED) if module == errors.__name__}


def test_the_example_uses_public_paths_alone() -> None:
    ours = {(module, name) for module, name in _imports(EXAMPLE) if module.startswith("ecr_scan_reporter")}
    assert ours
    assert ours <= _imports(PROMISED)


def test_the_example_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    fixed = {"name": "CVE-2021-1", "severity": "CRITICAL", "attributes": []}
    new = fixed | {"name": "CVE-2022-2"}
    with mock_aws():
        account = Account()
        account.new_repositories("team/app")
        account.push("team/app")
        older, newer = account.push("team/app", tag="1.0"), account.push("team/app", tag="1.1")
        account.finds("team/app", older, "COMPLETE", findings=[fixed], findingSeverityCounts={"CRITICAL": 1})
        account.finds("team/app", newer, "COMPLETE", findings=[new], findingSeverityCounts={"CRITICAL": 1})
        exec(compile(EXAMPLE, "library.md", "exec"), {"__name__": "example"})
    assert capsys.readouterr().out.splitlines() == ["3 images, 3 due, 1 scans started", "1 new, 1 fixed"]
