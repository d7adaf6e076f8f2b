"""The emulator as a process: it patches everything at its start, and nothing of it is left at its end."""

import contextlib
import subprocess

import pytest

from local.running import PROJECT, EmulatorFailedError, clean_environment, running_emulator, tool

pytestmark = pytest.mark.e2e

BREAKING = """
import runpy, sys
from ministack.services import eventbridge
del eventbridge._dispatch_to_lambda
runpy.run_module("local.emulator", run_name="__main__")
"""


def test_it_does_not_start_when_a_name_that_it_patches_is_gone() -> None:
    result = subprocess.run(
        [tool("emulator", "python"), "-c", BREAKING],
        cwd=PROJECT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert "PatchTargetMissingError: ministack.services.eventbridge._dispatch_to_lambda" in result.stderr


def test_its_folder_and_its_processes_are_gone_after_a_failure() -> None:
    with contextlib.suppress(RuntimeError), running_emulator() as emulator:
        assert emulator.log.exists()
        raise RuntimeError("on purpose")
    assert not emulator.folder.exists()
    with pytest.raises(OSError, match="refused"):
        emulator.control("ecr/calls")


def test_its_own_api_names_what_it_does_not_know() -> None:
    with running_emulator() as emulator:
        with pytest.raises(EmulatorFailedError, match="no such path"):
            emulator.control("weather")
        with pytest.raises(EmulatorFailedError, match="repository"):
            emulator.control("ecr/image", manifest={})
