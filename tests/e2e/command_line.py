"""The command line against the deployed application."""

import os
import subprocess
import sys

from local.application import Application
from local.identity import REGION


def suppressions(application: Application, *arguments: str) -> str:
    """Run `ecr-scan-reporter suppressions` against the local AWS."""
    table = application.outputs["SuppressionsTableName"]
    return _run(application, "suppressions", *arguments, SUPPRESSIONS_TABLE=table)


def ask(application: Application, *arguments: str, status: int = 0) -> str:
    """Ask the inventory; return the answer."""
    return _run(application, *arguments, status=status)


def _run(application: Application, *arguments: str, status: int = 0, **variables: str) -> str:
    command = [sys.executable, "-m", "ecr_scan_reporter.cli", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= application.emulator.environment()
    environment |= {"AWS_DEFAULT_REGION": REGION} | variables
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status, done.stderr
    return done.stdout
