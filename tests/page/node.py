"""Node, which runs the tests of the page's modules: they have no browser in them."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def find_node(environment: Mapping[str, str] = os.environ) -> str:
    """Return the path of Node. Without it, skip the test; in CI, where nobody looks at skipped tests, fail."""
    path = shutil.which("node", path=environment.get("PATH", ""))
    if path:
        return path
    reason = "there is no Node: `apt-get install --no-install-recommends nodejs`"
    if environment.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def run_node(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run Node among the tests of the page, with a text on its standard input."""
    return subprocess.run(
        [find_node(), *arguments], cwd=TESTS, input=given, capture_output=True, text=True, timeout=120, check=False
    )
