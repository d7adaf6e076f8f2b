"""The modules of the page that decide something, by Node's own test runner."""

from pathlib import Path

import pytest

from tests.page.node import TESTS, find_node, run_node


@pytest.mark.parametrize("file", sorted(TESTS.glob("*.test.mjs")), ids=lambda file: file.name)
def test_the_module_does_what_its_tests_say(file: Path) -> None:
    ended = run_node("--test", "--test-reporter=tap", file.name)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "# pass 0" not in ended.stdout


def test_without_node_a_test_is_skipped_but_fails_in_ci(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="no Node"):
        find_node({"PATH": str(tmp_path)})
    with pytest.raises(pytest.fail.Exception, match="no Node"):
        find_node({"PATH": str(tmp_path), "CI": "true"})
