"""The command line against the deployed application."""

import os
import subprocess
import sys

from local.application import Application
from local.identity import REGION


def suppressions(application: Application, *arguments: str) -> str:
    """Run `ecr-scan-reporter suppressions` against the local AWS."""
    command = [sys.executable, "-m", "ecr_scan_reporter.cli", "suppressions", *arguments]
    table = application.outputs["SuppressionsTableName"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= application.emulator.environment()
    environment |= {"SUPPRESSIONS_TABLE": table, "AWS_DEFAULT_REGION": REGION}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
