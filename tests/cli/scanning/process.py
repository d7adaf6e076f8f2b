"""The command line as a process of its own, against a stub of ECR."""

import os
import subprocess
import sys

from benchmarks.stub_process import StubProcess


def start(stub: StubProcess, *arguments: str) -> subprocess.Popen[str]:
    """Start a command that writes JSON; it knows of no AWS but the stub."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
        "AWS_ENDPOINT_URL": stub.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "PYTHONPATH": "layers/core",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "ecr_scan_reporter.cli", *arguments, "--region", "us-east-1", "--output", "json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
