"""Starts a function in Lambda's own runtime, under the runtime interface emulator of the SAM CLI."""

import os
import platform
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.functions_work import ROOT

PYTHON = ROOT / ".envs/lambda/bin/python"
_EMULATORS = {"x86_64": "aws-lambda-rie-x86_64", "aarch64": "aws-lambda-rie-arm64"}
# The measured time. The init of the emulator's REPORT line is always near zero.
_INIT = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)\)")
_TRIES, _PAUSE_SECONDS = 500, 0.01


def emulator() -> Path:
    """Return the emulator of this machine's architecture."""
    found = sorted(
        ROOT.glob(f".envs/sam/lib/python3*/site-packages/samcli/local/rapid/{_EMULATORS[platform.machine()]}")
    )
    if not found:
        raise FileNotFoundError("the runtime interface emulator of the SAM CLI is not there: run `make setup`")
    return found[0]


def init_milliseconds(task: Path, handler: str, path: Sequence[Path], variables: Mapping[str, str]) -> float:
    """Start a function, invoke it once, and return the milliseconds of its init."""
    with tempfile.TemporaryFile("w+") as log:
        control, runtime = _free_ports()
        process = subprocess.Popen(
            [
                *(emulator(), "--log-level", "info"),
                *("--runtime-interface-emulator-address", f"127.0.0.1:{control}"),
                *("--runtime-api-address", f"127.0.0.1:{runtime}"),
                *(PYTHON, "-m", "awslambdaric", handler),
            ],
            cwd=task,
            env=_environment(task, handler, path, variables),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _invoke(control)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.seek(0)
        text = log.read()
    inits = _INIT.findall(text)
    if not inits or "Runtime.ImportModuleError" in text:
        raise RuntimeError(f"{handler} did not start:\n{text}")
    return float(inits[-1])


def _environment(task: Path, handler: str, path: Sequence[Path], variables: Mapping[str, str]) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "LAMBDA_TASK_ROOT": str(task),
        "AWS_LAMBDA_FUNCTION_HANDLER": handler,
        "_HANDLER": handler,
        "AWS_LAMBDA_FUNCTION_NAME": "function",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "60",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "PYTHONDONTWRITEBYTECODE": "1",  # as in Lambda, where /opt and /var/task are read-only
        "PYTHONPATH": ":".join(map(str, (task, *path))),
        **variables,
    }


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _invoke(port: int) -> None:
    url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(_TRIES):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(_PAUSE_SECONDS)
    opener.open(urllib.request.Request(url, b"{}"), timeout=60).close()
