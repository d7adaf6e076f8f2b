"""The page of the demo is what the demo prints."""

import difflib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from local.deploy import BUILT_TEMPLATE
from local.running import tool
from tests.docs.markdown import ROOT

PAGE = ROOT / "docs" / "demo.md"


@pytest.mark.e2e
def test_the_page_of_the_demo_is_what_it_prints(tmp_path: Path) -> None:
    written = Path(shutil.copy(PAGE, tmp_path / "demo.md"))
    template = os.environ.get("LOCAL_TEMPLATE", str(BUILT_TEMPLATE))
    run = subprocess.run(
        [tool("emulator", "python"), "-m", "local.demo", "--record", written, template],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stdout + run.stderr
    recorded, shown = (path.read_text(encoding="utf-8").splitlines() for path in (written, PAGE))
    differences = "\n".join(difflib.unified_diff(shown, recorded, "docs/demo.md", "a run of the demo", lineterm=""))
    assert not differences, f"run `make docs-demo`\n{differences}"
